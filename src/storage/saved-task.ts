import type { AgentHealth, AgentState, StateReport, Task, TaskDirectory } from '../domain/task.ts';

/**
 * A stored task, possibly from another version of taskdeck: missing fields get their empty values. Null when it is not
 * a task.
 */
export function parseSavedTask(value: unknown): Task | null {
  if (!isRecord(value)) return null;
  const { id, name, ownerName, status } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof ownerName !== 'string') return null;
  if (typeof status !== 'string') return null;
  return {
    id,
    name,
    ownerName,
    status,
    organizationId: text(value.organizationId),
    ownerId: text(value.ownerId),
    ownerAvatarUrl: text(value.ownerAvatarUrl),
    displayName: text(value.displayName),
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
    initialPrompt: text(value.initialPrompt),
    directory: parseDirectory(value.directory),
    state: parseState(value.state),
    createdAt: number(value.createdAt),
    updatedAt: number(value.updatedAt),
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

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
