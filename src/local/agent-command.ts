import { userInfo } from 'node:os';
import { derivedId } from './ids.ts';

/** How the local server runs one kind of agent; what it offers as a template. */
export interface AgentCommand {
  /** Letters, digits and hyphens; names the template. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /**
   * Program and arguments of a task's first turn. `{prompt}` stands for what the user typed, `{session}` for a UUID
   * that belongs to the task. No shell looks at them.
   */
  readonly start: readonly string[];
  /** The same for every further turn. */
  readonly followUp: readonly string[];
  /** What a turn that ended with exit code 0 means: the agent waits for an answer, or the work is done. */
  readonly whenDone: 'idle' | 'complete';
}

/** The state that a template version stands for: a changed command line is another version. */
export const versionIdOf = (command: AgentCommand): string =>
  derivedId('template version', command.name, JSON.stringify([command.start, command.followUp]));

export const templateIdOf = (command: AgentCommand): string => derivedId('template', command.name);

/** The arguments of one turn. What the user typed is never looked at for further placeholders. */
export const argumentsOf = (
  line: readonly string[],
  values: { readonly prompt: string; readonly session: string },
): readonly string[] =>
  line.map((argument) =>
    argument.replace(/\{(prompt|session)\}/g, (_, name: string) =>
      name === 'prompt' ? values.prompt : values.session,
    ),
  );

/** The agent that is always there: what the user types is run by their shell. */
export function shellCommand(env: Readonly<Record<string, string | undefined>>): AgentCommand {
  const shell = [env.SHELL, loginShell(), '/bin/sh'].find((path) => path?.startsWith('/')) ?? '/bin/sh';
  const line = [shell, '-c', '{prompt}'];
  return {
    name: 'shell',
    displayName: 'Shell command',
    description: `Runs what you type with ${shell}, in a directory of the task's own.`,
    start: line,
    followUp: line,
    whenDone: 'complete',
  };
}

/** An account without an entry in the user database has none. */
function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}
