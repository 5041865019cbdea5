import type { AgentDefinition } from '../../config/agent-definition.ts';
import { BUILTIN_AGENTS } from './builtin.ts';
import { isOnPath } from './executable.ts';
import { shellAgent } from './shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The shell, the built-in agents whose program is on the PATH, and all configured agents. A configured agent replaces a
 * built-in one of the same name.
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
