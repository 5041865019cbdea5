import { type AgentEntry, NO_QUIRKS } from './acp-agent.ts';

/** Codex through its adapter, which holds a `codex` of its own and shares its login. Behaviour of 2.6. */
export const CODEX: AgentEntry = {
  agent: {
    name: 'codex',
    displayName: 'Codex',
    command: ['codex-acp'],
    env: {},
    // Its default, `agent`, lets a model decide about permission. It has no mode that plans.
    modes: { ask: 'read-only', edits: 'workspace-write', all: 'agent-full-access' },
    quirks: {
      ...NO_QUIRKS,
      leavesToolsRunning: true,
      signIn: 'codex-acp login',
      // It ends 2 to 7 s after its standard input.
      exitMs: 8_000,
    },
    isConfigured: false,
  },
  install: 'npm install --global @agentclientprotocol/codex-acp',
  adapts: 'codex',
};
