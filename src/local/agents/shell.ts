import { userInfo } from 'node:os';
import path from 'node:path';
import type { AgentDefinition, TurnCommands } from '../../config/agent-definition.ts';
import { SHELL_TEMPLATE } from '../../domain/new-task.ts';
import { isExecutable } from '../../platform/executable.ts';

/** The agent that runs the prompt as a command of the user's shell. Always available. */
export function shellAgent(): AgentDefinition {
  return {
    name: SHELL_TEMPLATE,
    displayName: 'Shell command',
    description: 'Runs the prompt in your shell.',
    // The space prevents shells from parsing a prompt that begins with a dash as an option.
    ...sameLineForEveryTurn(['{shell}', '-c', ' {prompt}']),
    longPrompt: sameLineForEveryTurn(['{shell}', '{prompt_file}']),
    sessionPattern: '',
    env: {},
    whenDone: 'complete',
  };
}

/** Absolute path of the user's shell: SHELL, the login shell, or /bin/sh. */
export const userShell = ({ SHELL }: Readonly<Record<string, string | undefined>>): string =>
  [SHELL, loginShell()].find((shell) => shell !== undefined && isUsable(shell)) ?? '/bin/sh';

/** Login shells of service accounts, which only refuse a login. */
const NOLOGIN_SHELLS: readonly string[] = ['nologin', 'false', 'true'];

const isUsable = (shell: string): boolean =>
  path.isAbsolute(shell) && !NOLOGIN_SHELLS.includes(path.basename(shell)) && isExecutable(shell);

const sameLineForEveryTurn = (line: readonly string[]): TurnCommands => ({
  start: line,
  followUp: line,
  followUpLast: line,
});

/** Undefined if the user database has no entry for the account. */
function loginShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined;
  }
}
