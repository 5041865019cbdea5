import type { AgentDefinition } from '../../config/agent-definition.ts';
import type { ConfiguredAgents } from '../../config/configured-agents.ts';
import { isOnPath } from '../../platform/executable.ts';
import { BUILTIN_AGENTS } from './builtin.ts';
import { shellAgent } from './shell.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The commands that Tasks can run: the shell, the built-in agents whose program is on the PATH, and all configured
 * commands. A configured agent replaces a built-in one of the same name. Retired ones are included.
 */
export function availableAgents(
  env: Environment,
  { commands, acp }: ConfiguredAgents,
): readonly AgentDefinition[] {
  const taken = [...commands, ...acp].map(({ name }) => name);
  const builtin = BUILTIN_AGENTS.filter(
    ({ name, start, isRetired }) =>
      (isRetired ? !commands.some((each) => each.name === name) : !taken.includes(name)) &&
      isOnPath(start[0] ?? '', env),
  );
  return [shellAgent(), ...builtin, ...commands];
}
