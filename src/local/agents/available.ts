import type { AgentDefinition } from '../../config/agent-definition.ts';
import { BUILTIN_AGENTS } from './builtin.ts';
import { isOnPath } from './executable.ts';
import { shellAgent } from './shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What can be run here: the shell, the known agents whose program is found, and the user's own, which take the
 * place of a known one of the same name and are offered whether their program is there or not.
 */
export function availableAgents(
  env: Environment,
  configured: readonly AgentDefinition[],
): readonly AgentDefinition[] {
  const builtin = BUILTIN_AGENTS.filter(
    ({ name, start }) => !configured.some((agent) => agent.name === name) && isOnPath(start[0] ?? '', env),
  );
  return [shellAgent(), ...builtin, ...configured];
}
