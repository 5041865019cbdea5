import { userInfo } from 'node:os';
import type { AgentCommand } from '../../config/agent-command.ts';

/** The agent that is always there: what the user types is run by their shell. */
export function shellCommand(env: Readonly<Record<string, string | undefined>>): AgentCommand {
  const shell = [env.SHELL, loginShell(), '/bin/sh'].find((path) => path?.startsWith('/')) ?? '/bin/sh';
  // The blank keeps a prompt that begins with a dash from being taken for an option, in every shell.
  const line = [shell, '-c', ' {prompt}'];
  return {
    name: 'shell',
    displayName: 'Shell command',
    description: `Runs what you type with ${shell}.`,
    start: line,
    followUp: line,
    followUpLast: line,
    sessionPattern: '',
    env: {},
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
