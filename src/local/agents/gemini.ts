import { type AgentEntry, NO_QUIRKS } from './acp-agent.ts';

/** Gemini CLI, from 0.33. Behaviour of 0.61. */
export const GEMINI: AgentEntry = {
  agent: {
    name: 'gemini',
    displayName: 'Gemini CLI',
    // In a directory that is not trusted it refuses all modes but `default`. The option applies to this run only.
    command: ['gemini', '--skip-trust', '--acp'],
    // Otherwise it starts itself again, with more memory, and the first process ignores SIGTERM.
    env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    modes: { ask: 'default', edits: 'autoEdit', all: 'yolo', plan: 'plan' },
    quirks: {
      ...NO_QUIRKS,
      // google-gemini/gemini-cli#28775
      isUnsafeToLoad: true,
      replaysLate: true,
      reportsModeAsText: true,
      // It has no command for that: it asks at its start.
      signIn: 'gemini',
      exitMs: 1_000,
    },
    isConfigured: false,
  },
  install: 'npm install --global @google/gemini-cli',
};
