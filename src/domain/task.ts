/** What a workspace build does to the task's status, as the server reports it. Unknown words are kept as they came. */
type TaskStatus = 'pending' | 'initializing' | 'active' | 'paused' | 'error' | 'unknown' | (string & {});

/** What the agent says it is doing; `unknown` stands for a word that taskdeck does not know. */
export type AgentState = 'working' | 'idle' | 'complete' | 'failed' | 'unknown';

/** The agent's last report about itself. `message` is untrusted text. */
export interface StateReport {
  readonly state: AgentState;
  readonly message: string;
  /** Anything the agent wants to link to; empty when there is nothing. */
  readonly uri: string;
  /** Unix time in ms. */
  readonly at: number;
}

/** Whether the workspace's agent answers, by the server's own look at it. `reason` is empty when it does. */
export interface AgentHealth {
  readonly healthy: boolean;
  readonly reason: string;
}

/** A directory that a local task works in. */
export interface TaskDirectory {
  /** Absolute. Untrusted text. */
  readonly path: string;
  /** taskdeck made it for this task, and removes it with the task. */
  readonly owned: boolean;
}

/** One AI task. Texts are as they came from the server: sanitise them at the place where they leave taskdeck. */
export interface Task {
  readonly id: string;
  readonly organizationId: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** Empty when there is none. */
  readonly ownerAvatarUrl: string;
  readonly name: string;
  /** Empty on servers older than 2.28. */
  readonly displayName: string;
  readonly templateId: string;
  readonly templateVersionId: string;
  readonly templateName: string;
  readonly templateDisplayName: string;
  /** A path on the server or a URL; empty when there is none. */
  readonly templateIcon: string;
  readonly workspaceId: string | null;
  readonly workspaceName: string;
  /** Empty when the server left it out. */
  readonly workspaceStatus: string;
  /** 0 when there is no build yet. */
  readonly buildNumber: number;
  /** The agent and the app are null while there is none: during every build, and while the workspace is stopped. */
  readonly agentId: string | null;
  readonly agentLifecycle: string | null;
  readonly agentHealth: AgentHealth | null;
  readonly appId: string | null;
  readonly initialPrompt: string;
  /** Where it works on this machine; null for a task of a deployment, and where an older local server does not say. */
  readonly directory: TaskDirectory | null;
  readonly status: TaskStatus;
  readonly state: StateReport | null;
  /** Unix times in ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What it takes to name a task to a server. */
export interface TaskRef {
  readonly id: string;
  readonly ownerName: string;
}

/** The words a person reads for a task. */
export const titleOf = (task: Pick<Task, 'name' | 'displayName'>): string =>
  task.displayName.trim() || task.name;

/**
 * The newer task, or the older one where nothing about it changed: whatever hangs on a task's identity then sees at a glance that
 * there is nothing to do.
 */
export const reuseUnchangedTask = (older: Task | undefined, newer: Task): Task =>
  older !== undefined && (older === newer || isDeepEqual(older, newer)) ? older : newer;

/** Deeply, for what a task is made of: plain values, and records of them. */
function isDeepEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one) as (keyof typeof one)[];
  return keys.length === Object.keys(other).length && keys.every((key) => isDeepEqual(one[key], other[key]));
}
