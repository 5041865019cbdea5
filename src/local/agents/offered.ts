import type { AgentCommand } from '../../config/agent-command.ts';
import { isOnPath } from './executable.ts';
import { KNOWN_AGENTS } from './known.ts';
import { shellCommand } from './shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What can be run here: the shell, the known agents whose program is found, and the user's own, which take the
 * place of a known one of the same name and are offered whether their program is there or not.
 */
export function offeredAgents(env: Environment, own: readonly AgentCommand[]): readonly AgentCommand[] {
  const known = KNOWN_AGENTS.filter(
    ({ name, start }) => !own.some((agent) => agent.name === name) && isOnPath(start[0] ?? '', env),
  );
  return [shellCommand(), ...known, ...own];
}
