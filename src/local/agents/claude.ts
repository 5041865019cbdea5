import { type AgentEntry, NO_QUIRKS } from './acp-agent.ts';

/** Claude Code through its adapter, which holds a `claude` of its own and shares its login. Behaviour of 0.101. */
export const CLAUDE: AgentEntry = {
  agent: {
    name: 'claude',
    displayName: 'Claude Code',
    command: ['claude-agent-acp'],
    env: {},
    // By default a model decides about permission. It refuses `bypassPermissions` as root.
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
    quirks: {
      ...NO_QUIRKS,
      // `--cli` runs the `claude` of the adapter.
      signIn: 'claude-agent-acp --cli auth login',
      // Its `claude` ends up to 3.6 s after the adapter.
      exitMs: 5_000,
    },
    isConfigured: false,
  },
  install: 'npm install --global @agentclientprotocol/claude-agent-acp',
  adapts: 'claude',
};
