import type { Template } from '../../src/domain/ports/backend.ts';
import type { Model } from '../../src/domain/ports/source.ts';
import type { Organization, Workspace, WorkspaceTemplate } from '../../src/domain/workspace.ts';
import type { WorktreePreview } from '../../src/domain/worktree.ts';
import type { StoreEvent } from '../../src/store/event.ts';
import type { State } from '../../src/store/state.ts';
import { NOON } from '../domain/builders.ts';
import { failure } from '../sync/scripted-backend.ts';
import { applyEvents, chatsReceived, emptyState, listReceived, onDeployment } from './state-builders.ts';

export const ORGANIZATION: Organization = { id: 'o1', name: 'acme', displayName: 'Acme', isDefault: true };
export const OTHER_ORGANIZATION: Organization = {
  id: 'o2',
  name: 'labs',
  displayName: '',
  isDefault: false,
};

export const model = (id: string, about: Partial<Model> = {}): Model => ({
  id,
  name: id,
  provider: 'Anthropic',
  isDefault: false,
  efforts: [],
  unavailable: null,
  ...about,
});

export const MODELS: readonly Model[] = [
  model('sonnet', { name: 'Sonnet', isDefault: true, efforts: ['low', 'medium', 'high'] }),
  model('gpt', { name: 'GPT 6', provider: 'OpenAI' }),
  model('opus', { name: 'Opus', efforts: ['high'] }),
  model('llama', { name: 'Llama 5', provider: 'Our own', unavailable: 'its provider has no API key' }),
];

export const WORKSPACE: Workspace = {
  id: 'w1',
  name: 'auth',
  organizationId: 'o1',
  templateName: 'Development',
  status: 'running',
  page: 'https://coder.example.com/@ada/auth',
  ownerName: 'ada',
  agents: [],
};

export const WORKSPACE_TEMPLATE: WorkspaceTemplate = {
  id: 'wt1',
  name: 'dev',
  displayName: 'Development',
  description: 'A machine for everything.',
  organizationId: 'o1',
};

/** The list of Tasks of a server without Tasks. */
const NO_TASKS: StoreEvent = {
  type: 'list-failed',
  source: 'tasks',
  error: failure({ kind: 'no-tasks', message: 'This server has no Tasks.' }),
  retryAt: NOON + 60_000,
  now: NOON,
};

/** The options of chats, as the server lists them. */
export const chatOptions = (
  models = MODELS,
  organizations: readonly Organization[] = [ORGANIZATION],
): readonly StoreEvent[] => [
  { type: 'organizations-loaded', result: { value: organizations } },
  {
    type: 'workspaces-loaded',
    result: { value: [WORKSPACE, { ...WORKSPACE, id: 'w2', name: 'elsewhere', organizationId: 'o2' }] },
  },
  { type: 'workspace-templates-loaded', result: { value: [WORKSPACE_TEMPLATE] } },
  ...organizations.map(
    ({ id }): StoreEvent => ({ type: 'chat-models-loaded', organizationId: id, result: { value: models } }),
  ),
];

const SOURCES: StoreEvent = { type: 'sources-known', sources: ['tasks', 'chats'] };

/** A deployment that has only Chats. */
export const onlyChats = (state = emptyState()): State =>
  applyEvents(onDeployment(state), SOURCES, NO_TASKS, chatsReceived([]));

/** A deployment that has Tasks with these templates, and Chats. */
export const tasksAndChats = (templates: readonly Template[], state = emptyState()): State =>
  applyEvents(onDeployment(state), SOURCES, listReceived([]), chatsReceived([]), {
    type: 'templates-received',
    templates,
  });

/** The agents of this machine as models: one that its user must sign in to, one with two models, and a missing one. */
export const AGENT_MODELS: readonly Model[] = [
  model('claude', {
    name: 'default',
    slug: 'default',
    provider: 'Claude Code',
    agent: 'claude',
    signIn: 'claude login',
  }),
  model('gemini', { name: 'default', slug: 'default', provider: 'Gemini CLI', agent: 'gemini' }),
  model('flash', { name: 'Flash', slug: 'flash', provider: 'Gemini CLI', agent: 'gemini' }),
  model('codex', {
    name: 'default',
    slug: 'default',
    provider: 'Codex',
    agent: 'codex',
    unavailable: 'its adapter is missing. Run: npm install it',
  }),
];

export const WORKTREE_PREVIEW: WorktreePreview = {
  reason: '',
  repository: '/home/ada/src',
  base: 'main',
  baseCommit: '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5',
  baseSubject: 'Fix the login',
  branchPrefix: 'taskdeck/',
  parent: '/home/ada/.local/state/taskdeck/worktrees/src-12345678',
  isDefault: false,
  setUp: '',
};

/** The worktree that a chat in `directory` would get. */
export const worktreePreview = (
  about: Partial<WorktreePreview> = {},
  { base = '', directory = '/home/ada/src' } = {},
): StoreEvent => ({
  type: 'worktree-preview-loaded',
  directory,
  base,
  result: { value: { ...WORKTREE_PREVIEW, ...about } },
});

/** This machine, with the shell and chats, in a repository. */
export const onThisMachine = (templates: readonly Template[], models = AGENT_MODELS): State =>
  applyEvents(
    {
      ...emptyState(),
      deployment: { name: 'local', local: true, home: '/home/ada', directory: '/home/ada/src' },
    },
    SOURCES,
    listReceived([]),
    chatsReceived([]),
    { type: 'templates-received', templates },
    ...chatOptions(models),
    worktreePreview(),
  );
