import type { AcpAgentSetting } from '../../config/configured-agents.ts';
import { isOnPath } from '../../platform/executable.ts';
import { type AcpAgent, type AgentEntry, type KnownAgent, NO_QUIRKS } from './acp-agent.ts';
import { ACP_AGENTS } from './acp-agents.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configured agents, then those of the table, each with whether its program is on the PATH of `env`. A configured
 * agent replaces one of the table with the same name; `taken` has further names that are not of the table.
 */
export function knownAgents(
  env: Environment,
  configured: readonly AcpAgentSetting[],
  taken: readonly string[] = [],
): readonly KnownAgent[] {
  const names = [...configured.map(({ name }) => name), ...taken];
  return [
    ...configured.map((setting) => knownConfiguredAgent(configuredAgent(setting), env)),
    ...ACP_AGENTS.filter(({ agent }) => !names.includes(agent.name)).map((entry) => knownAgent(entry, env)),
  ];
}

function knownAgent({ agent, install, adapts }: AgentEntry, env: Environment): KnownAgent {
  const [program = ''] = agent.command;
  const isInstalled = isOnPath(program, env);
  const needsAdapter = !isInstalled && adapts !== undefined && isOnPath(adapts, env);
  return {
    agent,
    isInstalled,
    install,
    missing: needsAdapter ? `its adapter ${program} is not installed` : null,
  };
}

function knownConfiguredAgent(agent: AcpAgent, env: Environment): KnownAgent {
  const [program = ''] = agent.command;
  const isInstalled = isOnPath(program, env);
  return {
    agent,
    isInstalled,
    install: '',
    missing: isInstalled ? null : `${program} is not on PATH`,
  };
}

const configuredAgent = ({ name, title, command, env, modes }: AcpAgentSetting): AcpAgent => ({
  name,
  displayName: title,
  command,
  env,
  modes,
  quirks: NO_QUIRKS,
  isConfigured: true,
});
