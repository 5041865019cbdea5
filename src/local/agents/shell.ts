import { userInfo } from 'node:os';
import path from 'node:path';
import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';
import { SHELL_TEMPLATE } from '../../domain/new-task.ts';
import { isExecutable } from './executable.ts';

/** The agent that is always there: what the user types is run by their shell. */
export function shellAgent(): AgentDefinition {
  return {
    name: SHELL_TEMPLATE,
    displayName: 'Shell command',
    description: 'Runs what you type with your shell.',
    // The blank keeps a prompt that begins with a dash from being taken for an option, in every shell.
    ...sameLineForEveryTurn(['{shell}', '-c', ' {prompt}']),
    longPrompt: sameLineForEveryTurn(['{shell}', '{prompt_file}']),
    sessionPattern: '',
    env: {},
    whenDone: 'complete',
  };
}

/** The shell of a user with this environment, as an absolute path: SHELL, the login shell, or /bin/sh. */
export const userShell = ({ SHELL }: Readonly<Record<string, string | undefined>>): string =>
  [SHELL, loginShell()].find((shell) => shell !== undefined && isUsable(shell)) ?? '/bin/sh';

/** Login shells that only refuse a login: accounts of services and of containers have one. */
const NOLOGIN_SHELLS: readonly string[] = ['nologin', 'false', 'true'];

const isUsable = (shell: string): boolean =>
  path.isAbsolute(shell) && !NOLOGIN_SHELLS.includes(path.basename(shell)) && isExecutable(shell);

const sameLineForEveryTurn = (line: readonly string[]): TurnCommands => ({
  start: line,
  followUp: line,
  followUpLast: line,
});

/** An account without an entry in the user database has none. */
function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}
