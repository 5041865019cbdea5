import { type AgentEntry, NO_QUIRKS, type PermissionMode } from './acp-agent.ts';

/**
 * opencode. Behaviour of 1.18. Its modes choose an agent. Permissions are in its configuration, in which everything is
 * allowed by default: two variables override the user's.
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
      environmentOfMode: (mode) => ({
        OPENCODE_PERMISSION: JSON.stringify(permissionsOf(mode)),
        OPENCODE_CONFIG_CONTENT: JSON.stringify({ agent: { plan: { permission: PLAN_RULES } } }),
      }),
      signIn: 'opencode auth login',
      exitMs: 1_000,
    },
    isConfigured: false,
  },
  install: 'npm install --global opencode-ai',
};

/** Its own rules of the plan agent that the variable of the permissions overrides. The rules of an agent come last. */
const PLAN_RULES = { edit: 'deny', task: { general: 'deny' } };

/** Tools that change nothing. `read` has a rule of its own for files with secrets. */
const HARMLESS_TOOLS = ['glob', 'grep', 'list', 'lsp', 'skill', 'task', 'todoread', 'todowrite'];

/** The last rule that matches a tool counts; the first one is for tools of MCP servers. */
function permissionsOf(mode: PermissionMode): Readonly<Record<string, unknown>> {
  if (mode === 'all') return { '*': 'allow', question: 'deny' };
  return {
    '*': 'ask',
    read: { '*': 'allow', '*.env': 'ask', '*.env.*': 'ask', '*.env.example': 'allow' },
    ...Object.fromEntries(HARMLESS_TOOLS.map((tool) => [tool, 'allow'])),
    // Its client cannot answer them.
    question: 'deny',
    plan_enter: 'deny',
    plan_exit: 'deny',
    ...(mode === 'edits' && { edit: 'allow' }),
  };
}
