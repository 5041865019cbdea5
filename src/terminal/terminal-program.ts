import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How a program in the user's terminal ended. */
export type TerminalProgramEnd =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** The system could not start it. */
  | { readonly kind: 'not-run' };

export interface ProgramPlace {
  /** Missing: the current one. */
  readonly directory?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs a program in the terminal, without a shell, until it ends. The terminal must be lent before. */
export const runInTerminal = (
  program: string,
  args: readonly string[],
  { directory, env }: ProgramPlace,
): Promise<TerminalProgramEnd> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(directory !== undefined && { cwd: directory }),
      stdio: 'inherit',
      env: { ...env, ...(directory !== undefined && { PWD: directory }) },
    });
    child.on('error', () => resolve({ kind: 'not-run' }));
    child.on('close', (code, signal) =>
      resolve(signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal }),
    );
  });

/** ` with code 1` or ` with signal 9 (SIGKILL)`; empty for a success. */
export function endWords(end: TerminalProgramEnd): string {
  if (end.kind === 'signal') return ` with signal ${constants.signals[end.signal]} (${end.signal})`;
  return end.kind === 'not-run' || end.code === 0 ? '' : ` with code ${end.code}`;
}
