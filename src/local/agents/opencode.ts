import { type AgentEntry, NO_QUIRKS, type PermissionMode } from './acp-agent.ts';

/**
 * opencode. Behaviour of 1.18. Its modes choose an agent. Permissions are in its configuration, in which everything is
 * allowed by default: the variable OPENCODE_PERMISSION overrides the user's.
 */
export const OPENCODE: AgentEntry = {
  agent: {
    name: 'opencode',
    displayName: 'opencode',
    command: ['opencode', 'acp'],
    env: {},
    modes: { ask: 'build', edits: 'build', all: 'build', plan: 'plan' },
    quirks: {
      ...NO_QUIRKS,
      environmentOfMode: (mode) => ({ OPENCODE_PERMISSION: JSON.stringify(permissionsOf(mode)) }),
      signIn: 'opencode auth login',
      exitMs: 1_000,
    },
    isConfigured: false,
  },
  install: 'npm install --global opencode-ai',
};

const permissionsOf = (mode: PermissionMode): Readonly<Record<string, 'ask' | 'allow'>> => {
  const edits = mode === 'ask' ? 'ask' : 'allow';
  const others = mode === 'all' ? 'allow' : 'ask';
  return { edit: edits, bash: others, webfetch: others, websearch: others, external_directory: others };
};
