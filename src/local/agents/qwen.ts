import { type AgentEntry, NO_QUIRKS } from './acp-agent.ts';

/** Qwen Code. Behaviour of 0.24. By default a model decides about permission, also after a load. */
export const QWEN: AgentEntry = {
  agent: {
    name: 'qwen',
    displayName: 'Qwen Code',
    command: ['qwen', '--acp'],
    env: {},
    modes: { ask: 'default', edits: 'auto-edit', all: 'yolo', plan: 'plan' },
    // It has no command to sign in: it asks at its start.
    quirks: { ...NO_QUIRKS, signIn: 'qwen', exitMs: 1_000 },
    isConfigured: false,
  },
  install: 'npm install --global @qwen-code/qwen-code',
};
