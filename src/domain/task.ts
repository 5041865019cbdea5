/** The task's status as the server reports it, derived from the workspace's build. Unknown words stay as received. */
type TaskStatus = 'pending' | 'initializing' | 'active' | 'paused' | 'error' | 'unknown' | (string & {});

/** The agent's reported state; `unknown` for other words. */
export type AgentState = 'working' | 'idle' | 'complete' | 'failed' | 'unknown';

/** The agent's last report. `message` is untrusted text. */
export interface StateReport {
  readonly state: AgentState;
  readonly message: string;
  /** A link of the agent's choice; empty for none. */
  readonly uri: string;
  /** Unix ms. */
  readonly at: number;
}

/** The server's health check of the workspace's agent. `reason` is empty when healthy. */
export interface AgentHealth {
  readonly healthy: boolean;
  readonly reason: string;
}

/** The working directory of a local task. */
export interface TaskDirectory {
  /** Absolute. Untrusted text. */
  readonly path: string;
  /** taskdeck created it for this task and deletes it with the task. */
  readonly owned: boolean;
}

/** One AI task. Texts are untrusted: sanitise them where they leave taskdeck. */
export interface Task {
  readonly id: string;
  readonly organizationId: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** Empty for none. */
  readonly ownerAvatarUrl: string;
  readonly name: string;
  /** Empty on servers older than 2.28. */
  readonly displayName: string;
  readonly templateId: string;
  readonly templateVersionId: string;
  readonly templateName: string;
  readonly templateDisplayName: string;
  /** A path on the server or a URL; empty for none. */
  readonly templateIcon: string;
  readonly workspaceId: string | null;
  readonly workspaceName: string;
  /** Empty when unknown. */
  readonly workspaceStatus: string;
  /** 0 before the first build. */
  readonly buildNumber: number;
  /** The agent and the app are null during every build and while the workspace is stopped. */
  readonly agentId: string | null;
  readonly agentLifecycle: string | null;
  readonly agentHealth: AgentHealth | null;
  readonly appId: string | null;
  readonly initialPrompt: string;
  /** The local working directory; null for tasks of a deployment, and with older local servers. */
  readonly directory: TaskDirectory | null;
  readonly status: TaskStatus;
  readonly state: StateReport | null;
  /** Unix ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Identifies a task to a server. */
export interface TaskRef {
  readonly id: string;
  readonly ownerName: string;
}

/** The title for users. Untrusted text. */
export const titleOf = (task: Pick<Task, 'name' | 'displayName'>): string =>
  task.displayName.trim() || task.name;

/** The newer task, or the older object if they are equal, so that an identity check detects changes. */
export const reuseUnchangedTask = (older: Task | undefined, newer: Task): Task =>
  older !== undefined && (older === newer || isDeepEqual(older, newer)) ? older : newer;

/** Compares plain values and records of them. */
function isDeepEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one) as (keyof typeof one)[];
  return keys.length === Object.keys(other).length && keys.every((key) => isDeepEqual(one[key], other[key]));
}
