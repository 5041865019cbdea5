import type { ChatExtension } from './chat-extension.ts';
import type { Question } from './question.ts';
import type { Worktree } from './worktree.ts';

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

/** Identifies a source of its deployment by the things that it lists, as users call them: `tasks`. */
export type SourceId = string;

/** The source of Coder's Tasks. */
export const TASKS: SourceId = 'tasks';

/** The source of the chats of Coder Agents. */
export const CHATS: SourceId = 'chats';

/** Fields of the user for a task whose server has none. taskdeck stores them. */
export interface OwnFields {
  /** Replaces the server's title; empty for none. Untrusted text: another program can write to the file. */
  readonly title: string;
  /** Its place among the tasks pinned here, from 1; 0 when it is not pinned. */
  readonly pinOrder: number;
}

/**
 * One AI task: the fields of every kind of task, and the facts of its kind. Texts are untrusted: sanitise them where they
 * leave taskdeck.
 */
export interface Task {
  readonly id: string;
  /** The source that lists it. */
  readonly source: SourceId;
  readonly name: string;
  /** Empty for none, and on servers older than 2.28. */
  readonly displayName: string;
  readonly ownerId: string;
  readonly ownerName: string;
  /** Empty when unknown. */
  readonly initialPrompt: string;
  readonly state: StateReport | null;
  /** Unix ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Title and pin that taskdeck stores; missing without any. */
  readonly own?: OwnFields;
  readonly facts: TaskFacts;
}

export type TaskFacts = CoderTaskFacts | ChatFacts;

/** A task of Coder's Tasks API, or of a local server with the same API. */
export interface CoderTask extends Task {
  readonly facts: CoderTaskFacts;
}

/** The facts of a Coder Task: its template, its workspace with builds, and the agent in it. */
export interface CoderTaskFacts {
  readonly kind: 'coder-task';
  readonly status: TaskStatus;
  readonly organizationId: string;
  /** Empty for none. */
  readonly ownerAvatarUrl: string;
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
  /** The local working directory; null for tasks of a deployment, and with older local servers. */
  readonly directory: TaskDirectory | null;
}

/** The facts of a chat of Coder Agents. */
export interface ChatFacts {
  readonly kind: 'chat';
  /** The server's word, such as `waiting`, `running` or `error`. Unknown words stay as received. */
  readonly status: string;
  /** Empty when unknown. */
  readonly organizationId: string;
  /** It runs as soon as the deployment has capacity. False when unknown. */
  readonly queuedForCapacity: boolean;
  /** Questions of the agent, or its proposed plan, that have no answer yet; empty for none. */
  readonly questions: readonly Question[];
  /** Its owner has not read the newest answer; null when unknown. */
  readonly unread: boolean | null;
  readonly archived: boolean;
  /** Its owner lets others read it. */
  readonly shared: boolean;
  /** Its place among the pinned chats, from 1; 0 when it is not pinned. */
  readonly pinOrder: number;
  /** Its next turn plans and asks instead of acting. */
  readonly planMode: boolean;
  /** The id of the model of its last turn; null when unknown. */
  readonly modelId: string | null;
  /** The reasoning effort of its last turn, in the server's word; empty when unknown. */
  readonly effort: string;
  /** A sentence about its last turn; empty for none. Untrusted text. */
  readonly summary: string;
  /** The changes of its branch, with the pull request if there is one; null for none. */
  readonly changes: ChatChanges | null;
  /** The chat that started it; null for a chat of a user. */
  readonly parentId: string | null;
  /** Messages in the server's queue; null when unknown. */
  readonly queueLength: number | null;
  /** Why its last turn failed; null if it did not. Untrusted text. */
  readonly lastError: { readonly kind: string; readonly message: string } | null;
  readonly workspaceId: string | null;
  /** The agent of its workspace in which it works. Missing: unknown. */
  readonly agentId?: string;
  /** The additions of taskdeck's own server. Missing: another server lists it. */
  readonly extension?: ChatExtension;
}

/** The changes that a chat made, as the server last saw them. All texts are untrusted. */
export interface ChatChanges {
  /** The page of the pull request or of the branch; empty for none. */
  readonly url: string;
  /** Null for a branch without a pull request. */
  readonly pullRequest: {
    /** Null when unknown. */
    readonly number: number | null;
    /** `open`, `closed` or `merged`; unknown words stay as received. */
    readonly state: string;
    readonly title: string;
    readonly isDraft: boolean;
    readonly isApproved: boolean;
    readonly changesRequested: boolean;
  } | null;
  /** Lines, and files. */
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

/** Identifies a task to a server. */
export interface TaskRef {
  readonly id: string;
  readonly ownerName: string;
}

/** The title for users: their own one, else the server's. Untrusted text. */
export const titleOf = (task: Pick<Task, 'name' | 'displayName' | 'own'>): string =>
  task.own?.title.trim() || serverTitleOf(task);

/** The title that the server has. Untrusted text. */
export const serverTitleOf = (task: Pick<Task, 'name' | 'displayName'>): string =>
  task.displayName.trim() || task.name;

/** The facts of a Coder Task; null for another kind. */
export const coderFacts = ({ facts }: Pick<Task, 'facts'>): CoderTaskFacts | null =>
  facts.kind === 'coder-task' ? facts : null;

/** The number of its current build; 0 before the first one, and for a kind without builds. */
export const buildNumberOf = (task: Pick<Task, 'facts'>): number => coderFacts(task)?.buildNumber ?? 0;

/** The facts of a chat; null for another kind. */
export const chatFacts = ({ facts }: Pick<Task, 'facts'>): ChatFacts | null =>
  facts.kind === 'chat' ? facts : null;

/** A turn of a chat runs, waits for capacity, or is being interrupted. */
export const isTurnRunning = ({ status }: Pick<ChatFacts, 'status'>): boolean =>
  status === 'running' || status === 'pending' || status === 'interrupting' || status === 'requires_action';

/** Whether the agent of a chat on this machine could not work because its user is not signed in to it. */
export const needsSignIn = (task: Pick<Task, 'facts'>): boolean => {
  const facts = chatFacts(task);
  return facts?.extension !== undefined && facts.status === 'error' && facts.lastError?.kind === 'auth';
};

/** The template's name for users; empty for a kind without templates. Untrusted text. */
export const templateLabel = (task: Pick<Task, 'facts'>): string => {
  const facts = coderFacts(task);
  return facts === null ? '' : facts.templateDisplayName || facts.templateName;
};

/** The workspace of a task on a deployment; null for none. */
export const workspaceIdOf = ({ facts }: Pick<Task, 'facts'>): string | null => facts.workspaceId;

/** The agent in its workspace; null when unknown. */
export const agentIdOf = ({ facts }: Pick<Task, 'facts'>): string | null => facts.agentId ?? null;

/** The local working directory; null when unknown, and for a kind without one. */
export function directoryOf(task: Pick<Task, 'facts'>): TaskDirectory | null {
  const path = chatFacts(task)?.extension?.directory ?? '';
  return path === '' ? (coderFacts(task)?.directory ?? null) : { path, owned: false };
}

/** The worktree that taskdeck made for a chat on this machine; null for none. */
export const worktreeOf = (task: Pick<Task, 'facts'>): Worktree | null =>
  chatFacts(task)?.extension?.worktree ?? null;

/** Whether the server of a chat names this extension of taskdeck's own server. */
export const hasExtension = (task: Pick<Task, 'facts'>, name: string): boolean =>
  chatFacts(task)?.extension?.names.includes(name) === true;

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
