import type { ChatExtension } from '../domain/chat-extension.ts';
import {
  type AgentHealth,
  type AgentState,
  type ChatChanges,
  type ChatFacts,
  type CoderTaskFacts,
  type StateReport,
  TASKS,
  type Task,
  type TaskDirectory,
  type TaskFacts,
} from '../domain/task.ts';
import type { Worktree } from '../domain/worktree.ts';

/**
 * A stored task, possibly from another version of taskdeck: missing fields get their empty values. Null when it is not
 * a task.
 */
export function parseSavedTask(value: unknown): Task | null {
  if (!isRecord(value)) return null;
  const { id, name, ownerName } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof ownerName !== 'string') return null;
  const facts = parseFacts(value.facts);
  if (facts === null) return null;
  return {
    id,
    source: typeof value.source === 'string' ? value.source : TASKS,
    name,
    displayName: text(value.displayName),
    ownerId: text(value.ownerId),
    ownerName,
    initialPrompt: text(value.initialPrompt),
    state: parseState(value.state),
    createdAt: number(value.createdAt),
    updatedAt: number(value.updatedAt),
    facts,
  };
}

/** Null for a kind of another version. */
function parseFacts(value: unknown): TaskFacts | null {
  if (!isRecord(value) || typeof value.status !== 'string') return null;
  switch (value.kind) {
    case 'coder-task':
      return parseCoderTaskFacts(value, value.status);
    case 'chat':
      return parseChatFacts(value, value.status);
    default:
      return null;
  }
}

const parseCoderTaskFacts = (value: Fields, status: string): CoderTaskFacts => ({
  kind: 'coder-task',
  status,
  organizationId: text(value.organizationId),
  ownerAvatarUrl: text(value.ownerAvatarUrl),
  templateId: text(value.templateId),
  templateVersionId: text(value.templateVersionId),
  templateName: text(value.templateName),
  templateDisplayName: text(value.templateDisplayName),
  templateIcon: text(value.templateIcon),
  workspaceId: textOrNull(value.workspaceId),
  workspaceName: text(value.workspaceName),
  workspaceStatus: text(value.workspaceStatus),
  buildNumber: number(value.buildNumber),
  agentId: textOrNull(value.agentId),
  agentLifecycle: textOrNull(value.agentLifecycle),
  agentHealth: parseHealth(value.agentHealth),
  appId: textOrNull(value.appId),
  directory: parseDirectory(value.directory),
});

const parseChatFacts = (value: Fields, status: string): ChatFacts => ({
  kind: 'chat',
  status,
  organizationId: text(value.organizationId),
  queuedForCapacity: value.queuedForCapacity === true,
  // The user may have answered elsewhere: only the server knows which questions are open.
  questions: [],
  unread: typeof value.unread === 'boolean' ? value.unread : null,
  archived: value.archived === true,
  shared: value.shared === true,
  pinOrder: number(value.pinOrder),
  planMode: value.planMode === true,
  modelId: textOrNull(value.modelId),
  effort: text(value.effort),
  summary: text(value.summary),
  changes: parseChanges(value.changes),
  parentId: textOrNull(value.parentId),
  queueLength: typeof value.queueLength === 'number' ? value.queueLength : null,
  lastError: parseLastError(value.lastError),
  workspaceId: textOrNull(value.workspaceId),
  ...(typeof value.agentId === 'string' && { agentId: value.agentId }),
  ...(isRecord(value.extension) && { extension: parseExtension(value.extension) }),
});

/** Offers of the server, and facts that hold only while it runs, are not stored. */
const parseExtension = ({ directory, agent, permissionMode, worktree }: Fields): ChatExtension => ({
  names: [],
  directory: text(directory),
  agent: isRecord(agent)
    ? { name: text(agent.name), version: text(agent.version) }
    : { name: '', version: '' },
  permissionMode: text(permissionMode),
  stage: null,
  checklist: [],
  commands: [],
  worktree: parseWorktree(worktree),
});

const parseWorktree = (value: unknown): Worktree | null =>
  isRecord(value)
    ? {
        path: text(value.path),
        repository: text(value.repository),
        branch: text(value.branch),
        base: text(value.base),
        state: text(value.state),
        ahead: number(value.ahead),
        behind: number(value.behind),
        dirty: number(value.dirty),
        untracked: number(value.untracked),
      }
    : null;

const parseLastError = (value: unknown): ChatFacts['lastError'] =>
  isRecord(value) ? { kind: text(value.kind), message: text(value.message) } : null;

function parseChanges(value: unknown): ChatChanges | null {
  if (!isRecord(value)) return null;
  const { pullRequest } = value;
  return {
    url: text(value.url),
    pullRequest: isRecord(pullRequest)
      ? {
          number: typeof pullRequest.number === 'number' ? pullRequest.number : null,
          state: text(pullRequest.state),
          title: text(pullRequest.title),
          isDraft: pullRequest.isDraft === true,
          isApproved: pullRequest.isApproved === true,
          changesRequested: pullRequest.changesRequested === true,
        }
      : null,
    additions: number(value.additions),
    deletions: number(value.deletions),
    files: number(value.files),
  };
}

function parseState(value: unknown): StateReport | null {
  if (!isRecord(value)) return null;
  return {
    state: parseAgentState(value.state),
    message: text(value.message),
    uri: text(value.uri),
    at: number(value.at),
  };
}

const parseDirectory = (value: unknown): TaskDirectory | null =>
  isRecord(value) && typeof value.path === 'string' && typeof value.owned === 'boolean'
    ? { path: value.path, owned: value.owned }
    : null;

const parseHealth = (value: unknown): AgentHealth | null =>
  isRecord(value) && typeof value.healthy === 'boolean'
    ? { healthy: value.healthy, reason: text(value.reason) }
    : null;

function parseAgentState(value: unknown): AgentState {
  switch (value) {
    case 'working':
    case 'idle':
    case 'complete':
    case 'failed':
      return value;
    default:
      return 'unknown';
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
