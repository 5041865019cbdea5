import type { ConfiguredProgram } from './configured-program.ts';
import type { Phase } from './phase.ts';

/** A program that the user wants to run when a task changes. */
export interface Hook {
  readonly on: 'phase' | 'needs-you';
  /** With `phase`: only when a task reaches one of these; empty for all. */
  readonly phases: readonly Phase[];
  readonly program: ConfiguredProgram;
  /** Seconds. */
  readonly timeout: number;
}

/** A change of a task that hooks can be about. */
export type HookEvent =
  | { readonly on: 'needs-you'; readonly taskId: string; readonly previous: Phase | null }
  | { readonly on: 'phase'; readonly taskId: string; readonly previous: Phase; readonly phase: Phase };

/** Whether a hook runs for a change. */
export const isHookFor = (hook: Hook, event: HookEvent): boolean =>
  hook.on === event.on &&
  (event.on === 'needs-you' || hook.phases.length === 0 || hook.phases.includes(event.phase));

/** The name of a hook in notices: its program, or the beginning of its line. */
export const hookName = ({ program }: Hook): string =>
  program.kind === 'argv' ? (program.argv[0] ?? '') : program.line;
