import type { ActionId } from '../action.ts';
import type { Attachment } from '../delivery.ts';
import type { Message } from '../message.ts';
import type { QuestionOption } from '../question.ts';
import type {
  Evidence,
  ReadTranscript,
  Receipt,
  Resolution,
  SentMessage,
  TranscriptReader,
} from '../receipt.ts';
import type { SourceId, Task, TaskRef } from '../task.ts';
import type { TaskPatch } from '../task-patch.ts';
import type { Transcript } from '../transcript.ts';
import type { WorktreeAction, WorktreeActions, WorktreeEntry, WorktreePreview } from '../worktree.ts';

/**
 * One kind of thing that a deployment lists, such as Coder's Tasks. Every method rejects with a BackendError. `onBytes`
 * is called whenever bytes of a response arrive.
 */
export interface Source {
  /** Unique in its deployment. All its tasks carry it. */
  readonly id: SourceId;
  readonly capabilities: Capabilities;
  /** Newest first. Equal responses are the same object. */
  list(query: ListQuery, signal: AbortSignal, onBytes?: () => void): Promise<readonly Task[]>;
  /**
   * Whether a list that this source returned holds all tasks of its query: only then is a missing task gone. Missing:
   * every list does.
   */
  isComplete?(list: readonly Task[]): boolean;
  /** `task.id` may be a UUID, or a name in combination with the owner. */
  get(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Task>;
  /** The conversation, whole or its newest messages (`hasOlder`). Equal responses are the same object. */
  transcript(task: TaskRef, signal: AbortSignal, onBytes?: () => void): Promise<Transcript>;
  /** The messages before the one with the id `before`, newest of them last. Missing: transcripts are whole. */
  olderMessages?(task: TaskRef, before: Message['id'], signal: AbortSignal): Promise<OlderMessages>;
  /** Reports to the server that its user has read the task. Missing: the server does not know. */
  markRead?(task: TaskRef, signal: AbortSignal): Promise<void>;
  /**
   * Removes a message from the server's queue. Rejects with `conflict` or `not-found` when it has left the queue
   * meanwhile. Missing, like the next: the server has no queue.
   */
  cancelQueued?(task: TaskRef, queueId: string, signal: AbortSignal): Promise<void>;
  /** Interrupts a running turn, and runs this queued message next. Rejects as above. */
  sendQueuedNow?(task: TaskRef, queueId: string, signal: AbortSignal): Promise<void>;
  /**
   * Replaces a message of the user, which gets a new id: deletes it and every message after it, empties the server's queue
   * and starts a turn. Rejects with `not-found` when the message is no longer there. Missing: sent messages stay.
   */
  editMessage?(task: TaskRef, messageId: Message['id'], text: string, signal: AbortSignal): Promise<void>;
  /** Changes the title. Missing: titles are fixed. */
  rename?(task: TaskRef, title: string, signal: AbortSignal): Promise<void>;
  /** A title that the server proposes, as untrusted text; it stores nothing. Missing: it proposes none. */
  proposeTitle?(task: TaskRef, signal: AbortSignal): Promise<string>;
  /** Sets whether the next turn of the task plans and asks before it acts. Missing: there is no such mode. */
  setPlanMode?(task: TaskRef, on: boolean, signal: AbortSignal): Promise<void>;
  /** Changes a setting of a running session. Missing: settings change with the next message. */
  configure?(task: TaskRef, setting: ChatSetting, signal: AbortSignal): Promise<void>;
  /** The models that a new task of this source can use. Missing: none to choose. */
  models?(organizationId: string, signal: AbortSignal): Promise<readonly Model[]>;
  /** `creationId`: a random id by which `findCreated` finds the task. */
  create(task: NewTask, signal: AbortSignal, creationId?: string): Promise<Task>;
  /**
   * Finds the task of a `create` that ended without an answer. Resolves to null when the server has none, which is final
   * some seconds after that end. Rejects when it cannot look. Missing: the source cannot find it.
   */
  findCreated?(creationId: string, signal: AbortSignal): Promise<Task | null>;
  /**
   * Resolves to what must be known before a send to find out later whether the message arrived. The caller stores it
   * before it sends. Rejects when nothing must be sent now: with `conflict` when the task is not in the listed state, and
   * with `answered` when the message answers the question `questionId` and this is no longer open.
   */
  prepare(
    task: Task,
    readTranscript: TranscriptReader,
    signal: AbortSignal,
    questionId?: string,
  ): Promise<Evidence>;
  /**
   * Resolves when the server has the message, which can take as long as the turn of the agent. Never retried. The
   * error's `tookEffect` says whether the message may have arrived anyway. Rejects with `answered` when another answer
   * to the question of the message came first.
   */
  send(task: TaskRef, text: string, signal: AbortSignal, turn?: TurnOptions): Promise<Receipt>;
  /**
   * Finds out whether a message without a receipt arrived, and whether a queued one still waits. The caller repeats it
   * while the result is `undecided` or `queued`. Rejects when it cannot look.
   */
  resolve(
    task: Task,
    message: SentMessage,
    readTranscript: TranscriptReader,
    signal: AbortSignal,
  ): Promise<Resolution>;
  /**
   * Finds out the same from a received transcript, at once: the screen must not show the message twice. For a message
   * with a receipt, `accepted` means that the transcript shows it.
   */
  resolveFrom(task: Task, message: SentMessage, received: ReadTranscript): Resolution;
  /**
   * Answers a permission request of a chat with one of its options. Rejects with `answered` and the other answer when it
   * has one already. Missing: the source has no such requests.
   */
  answerPermission?(
    task: TaskRef,
    requestId: string,
    option: QuestionOption,
    signal: AbortSignal,
  ): Promise<void>;
  /** Uploads a file for a message of this task, and resolves to its id for `TurnOptions`. Missing: it takes no files. */
  uploadFile?(task: Pick<Task, 'facts'>, file: Attachment, signal: AbortSignal): Promise<string>;
  /** The changes of the task as a unified diff. Can take seconds. Missing: the source has none. */
  diff?(task: Task, of: DiffOf, signal: AbortSignal): Promise<Diff>;
  /**
   * The worktree that a new chat in this directory would get; `base` is a branch or commit, empty for HEAD. Missing: the
   * source makes no worktrees, like the next three.
   */
  previewWorktree?(directory: string, base: string, signal: AbortSignal): Promise<WorktreePreview>;
  /** The actions that the worktree of the task offers now. Can take seconds. */
  worktreeActions?(task: TaskRef, signal: AbortSignal): Promise<WorktreeActions>;
  /**
   * Finishes the work in the worktree; resolves to what happened, in a sentence. Rejects with `conflict` and the reasons
   * when nothing was changed. `deleteBranch`: after a removal. Never retried.
   */
  finishWorktree?(
    task: TaskRef,
    action: WorktreeAction,
    options: { readonly deleteBranch: boolean },
    signal: AbortSignal,
  ): Promise<string>;
  /** The worktrees that exist, those of deleted and archived tasks too. Empty for a server without worktrees. */
  worktrees?(signal: AbortSignal): Promise<readonly WorktreeEntry[]>;
  /** The cost of the task; null when the server does not report costs. Missing: the source does not report them. */
  cost?(task: TaskRef, signal: AbortSignal): Promise<Cost | null>;
  /** Changes the initial prompt of a paused task. Sends nothing to the agent. */
  updateInput(task: TaskRef, text: string, signal: AbortSignal): Promise<void>;
  /**
   * Runs an action of the source's table in `ACTION_TABLES`. Resolves when the server has accepted it, to the part of the
   * task that the answer settles. Never retried.
   */
  run(action: ActionId, task: TaskRef, signal: AbortSignal): Promise<TaskPatch>;
  /**
   * The path of the server's API below which it answers, such as `/api/v2/chats`: a deployment finds it out. Missing: it
   * is known.
   */
  apiPath?(signal: AbortSignal): Promise<string>;
  /** The URL of the task's web page; null when it has none. */
  pageOf(task: TaskRef, signal: AbortSignal): Promise<string | null>;
  /**
   * A stream of hints, where the source pushes. Calls `onHint` when it is open, because earlier changes may be missing,
   * and after each change of a task. Rejects when it breaks, also by silence, and resolves when the server ends it; both
   * mean that it must be opened again.
   */
  watch?(onHint: () => void, signal: AbortSignal): Promise<void>;
  /**
   * The same for the changes of one conversation: calls `onEvent` when it is open, and after a change, the last one
   * included. A screen draws each event, so a live turn makes at most 30 a second.
   */
  follow?(task: Task, onEvent: (event: FollowEvent) => void, signal: AbortSignal): Promise<void>;
}

export interface OlderMessages {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Whether there are still older ones. */
  readonly hasOlder: boolean;
}

/** The turn that a message starts. Its model and effort hold for later turns; missing: those of the turn before. */
export interface TurnOptions {
  readonly modelId?: string;
  readonly effort?: string;
  /** Turns the plan mode on or off. Missing: it stays. */
  readonly planMode?: boolean;
  /** Uploaded files that belong to the message. */
  readonly fileIds?: readonly string[];
  /** The question that the message answers. */
  readonly questionId?: string;
}

/** A setting of a chat on this machine. */
export type ChatSetting =
  | { readonly permissionMode: string }
  | { readonly modelId: string }
  | { readonly effort: string };

/** Which changes: those of the task's branch against its base, or those that are not committed. */
export type DiffOf = 'base' | 'uncommitted';

/** Changes in one or more repositories. All texts are untrusted. */
export interface Diff {
  readonly repositories: readonly {
    /** Its directory or its remote; empty if unknown. */
    readonly name: string;
    /** Empty if unknown. */
    readonly branch: string;
    /** A unified diff, as git writes it; empty for no changes. */
    readonly text: string;
  }[];
  /** The page of the pull request; empty for none. */
  readonly url: string;
  /** Why there are no changes to show, in a sentence; empty when there are some, or just none. */
  readonly reason: string;
}

/** The cost of a task so far. */
export interface Cost {
  /** Millionths of a US dollar, sub-agents included. */
  readonly micros: number;
  /** Some of its requests have no price. */
  readonly isPartial: boolean;
}

/** A language model. All texts are untrusted. */
export interface Model {
  readonly id: string;
  readonly name: string;
  /** The provider's name for users. */
  readonly provider: string;
  /** The name of the agent of this machine that it belongs to; missing for models of a deployment. */
  readonly agent?: string;
  /** The provider's own word for it, such as `claude-sonnet-5`; missing if unknown. */
  readonly slug?: string;
  readonly isDefault: boolean;
  /** The allowed reasoning efforts in the server's words, lowest first; empty when it takes none. */
  readonly efforts: readonly string[];
  /** Why it cannot be used now; null when it can. */
  readonly unavailable: string | null;
  /** The command by which the user signs in first; missing when that is not known to be needed. */
  readonly signIn?: string;
}

/** A change of a followed conversation. */
export type FollowEvent =
  /** The conversation changed, or may have: it must be requested. */
  | { readonly type: 'changed' }
  /** The whole conversation. `revision` grows with each change of it while the stream is open. */
  | { readonly type: 'transcript'; readonly transcript: Transcript; readonly revision: number }
  /** The task as the stream reports it. */
  | { readonly type: 'task'; readonly task: Task };

/** The features of a source. */
export interface Capabilities {
  /** Tasks run on this machine, and a new one can be given a working directory. */
  readonly directories: boolean;
  /**
   * False: the source lists only the user's own tasks and those shared with the user, so an empty list of another owner
   * does not mean that this owner exists. Missing: true.
   */
  readonly otherOwners?: boolean;
  /**
   * The server marks a task of the user as read when its `follow` stream opens, and again when it closes. Only a task
   * that the user reads must be followed then. Missing: false.
   */
  readonly followMarksRead?: boolean;
}

export interface ListQuery {
  /** A user name, an id, or `me`; null for all visible tasks. */
  readonly owner: string | null;
  /** A name or an id. */
  readonly organization?: string;
  /** A status of the server, such as `active`. An unknown one causes a `server` error. */
  readonly status?: string;
  /** Archived tasks instead of the others. Only chats can be archived. */
  readonly archived?: boolean;
  /** Whether tasks that others share with the user are listed, alone or beside the user's own. Missing: only own ones. */
  readonly shared?: 'only' | 'too';
  /** How many tasks to load at most. Missing: as many as the source chooses. */
  readonly limit?: number;
}

export type NewTask = NewTemplateTask | NewChat;

interface NewTemplateTask {
  readonly templateVersionId: string;
  readonly prompt: string;
  readonly presetId?: string;
  /** At most 32 letters, digits and hyphens; the server generates one when missing. */
  readonly name?: string;
  readonly displayName?: string;
  /** Absolute. Only with the capability `directories`. */
  readonly directory?: string;
}

/** A chat with an agent of the server, which needs no template. */
export interface NewChat {
  readonly kind: 'chat';
  readonly prompt: string;
  readonly organizationId: string;
  /** The server's default when missing. */
  readonly modelId?: string;
  readonly effort?: string;
  readonly planMode?: boolean;
  /** The agent works in this workspace; when missing it makes one if it needs to. */
  readonly workspaceId?: string;
  /** The agent works in this directory, absolute. Only with the capability `directories`. */
  readonly directory?: string;
  /** The agent works in a new git worktree of that directory. Missing values: HEAD, and a branch named by the prompt. */
  readonly worktree?: { readonly base?: string; readonly branch?: string };
  /** One of PERMISSION_MODES. Only on this machine, as the title. */
  readonly permissionMode?: string;
  /** The server makes one of the prompt when missing. */
  readonly title?: string;
  /** Uploaded before the chat is created. */
  readonly attachments?: readonly Attachment[];
}

/** Whether the new task is a chat. */
export const isNewChat = (task: NewTask): task is NewChat => 'kind' in task;
