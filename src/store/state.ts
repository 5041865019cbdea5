import type { ActionId, ActionTable } from '../domain/action.ts';
import type { ActivityMinute } from '../domain/activity.ts';
import type { Build, BuildLogLine } from '../domain/build.ts';
import type { Delivery, DeliveryStage } from '../domain/delivery.ts';
import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { BackendError } from '../domain/errors.ts';
import type { ItemFinder } from '../domain/find-items.ts';
import type { KeyNames } from '../domain/key-placeholder.ts';
import type { ProseRenderer } from '../domain/markdown/prose.ts';
import type { LastChoice, NewTaskForm, SubmittedForm } from '../domain/new-task.ts';
import type { OwnerScope } from '../domain/owner-scope.ts';
import type { PendingChange } from '../domain/pending-change.ts';
import type { Phase } from '../domain/phase.ts';
import type { Template, User } from '../domain/ports/backend.ts';
import type { ConversationEntry, EntryPosition, StoredConversation } from '../domain/stored-conversation.ts';
import type { Task } from '../domain/task.ts';
import type { TimelineSegment } from '../domain/timeline.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TemplateOptions } from './form-state.ts';
import type { ViewState } from './view-state.ts';

/** Everything that the screen and the commands depend on. Immutable. */
export interface State {
  readonly deployment: Deployment;
  /** The deployments that the user can switch to. */
  readonly otherDeployments: readonly DeploymentChoice[];
  /** The actions of each source. */
  readonly actionTables: readonly ActionTable[];
  /** Key bindings from the settings. */
  readonly customKeys: CustomKeys;
  /** The names of keys in texts: see `keyFor`. */
  readonly keyNames: KeyNames;
  /** Named filters from the settings, by digit 1 to 9. */
  readonly savedViews: Readonly<Record<string, SavedView>>;
  readonly user: User | null;
  /** Other users that the server returned. `forbidden`: it refuses to list them. */
  readonly users: { readonly found: readonly User[]; readonly forbidden: boolean };
  /** As the server prints it; null until it is received. */
  readonly serverVersion: string | null;
  /** The time of the last tick or response, Unix ms. Ages and phases are computed from it. */
  readonly now: number;
  readonly size: Size;
  /** Whether taskdeck, and not the terminal, handles clicks and the wheel. */
  readonly mouse: boolean;
  readonly window: WindowFocus;

  /** The owners whose tasks the user selected. */
  readonly selectedScope: OwnerScope;
  /** The owners of `tasks` (`listFreshness` is theirs): those of `selectedScope`, or others that the filter names. */
  readonly listedScope: OwnerScope;
  /** The owners that the server refused to list for this filter; null once the filter changes. */
  readonly rejectedScope: { readonly filter: string; readonly selectedScope: OwnerScope } | null;
  /** When `listedScope` last changed, Unix ms. */
  readonly listedSince: number;
  /** The last selected scope that the server listed. The fallback when the server refuses another. */
  readonly lastAcceptedScope: OwnerScope;
  /** The last lists of other scopes, by `scopeKey`. Their tasks count as existing. */
  readonly parkedLists: ReadonlyMap<string, ParkedList>;
  /** Marked tasks that are not listed. No key acts on them; they become marked when they are listed again. */
  readonly parkedMarks: ReadonlySet<string>;
  /** In server order, newest first. */
  readonly tasks: readonly Task[];
  readonly listFreshness: Freshness;
  /** The server's last transcripts, by task id. The status of a delivery depends on these alone. */
  readonly transcripts: ReadonlyMap<string, FetchedTranscript>;
  /** All messages ever received, which the transcript shows, by task id. */
  readonly mergedTranscripts: ReadonlyMap<string, MergedTranscript>;
  /** Requested changes that the server does not show yet, by task id. */
  readonly pendingChanges: ReadonlyMap<string, PendingChange>;
  /** Tasks that the server is creating. */
  readonly pendingCreations: readonly PendingCreation[];
  /**
   * When a task was created here, last fetched alone, and removed. The response to an older list request does not
   * override these. By task id, Unix ms.
   */
  readonly createdAtById: ReadonlyMap<string, number>;
  readonly fetchedAtById: ReadonlyMap<string, number>;
  readonly removedAtById: ReadonlyMap<string, number>;
  /** The `statusFingerprint` of each task when the user last saw it, by task id. */
  readonly seenFingerprints: ReadonlyMap<string, string>;
  /** The task that has been on screen long enough to count as seen. */
  readonly viewedTaskId: string | null;
  /** The ids of all tasks in row order. Known rows move only at a moment that the user chooses. */
  readonly rowOrder: readonly string[];
  /** Whether the next response sorts the rows. */
  readonly reorderPending: boolean;
  readonly deliveries: readonly Delivery[];
  /** Unfinished bulk operations, oldest first. At most one has not started. */
  readonly bulkOperations: readonly BulkOperation[];
  /** The action that undoes the last one, with its tasks; null when it cannot be undone so. */
  readonly inverse: { readonly action: ActionId; readonly taskIds: readonly string[] } | null;
  /** The last bulk operation with a failure. */
  readonly failedBulkOperation: BulkOperation | null;
  /** Texts not sent yet, by task id, `initialPromptKey`, NEW_TASK_KEY or MARKED_TASKS_KEY. */
  readonly drafts: ReadonlyMap<string, EditBuffer>;
  /** Sent prompts, newest last. */
  readonly promptHistory: readonly string[];
  readonly templates: readonly Template[] | null;
  /** By template version id. */
  readonly templateOptions: ReadonlyMap<string, TemplateOptions>;
  /** Stays when the form is closed. */
  readonly newTaskForm: NewTaskForm;
  /** The template of the last task created here. */
  readonly lastTemplateChoice: LastChoice | null;
  /** Null until it is first needed. */
  readonly fuzzyFind: ItemFinder | null;
  /** Null until it is loaded, after the first frame. */
  readonly proseRenderer: ProseRenderer | null;
  /** The last known build of each task, by task id. */
  readonly builds: ReadonlyMap<string, BuildWithLog>;
  /** Activity in the last minutes, by task id. */
  readonly activity: ReadonlyMap<string, readonly ActivityMinute[]>;
  /** Known phases over time, by task id. */
  readonly timelines: ReadonlyMap<string, readonly TimelineSegment[]>;

  readonly view: ViewState;
  readonly notice: Notice | null;
  /** The last hidden notice that is not `bad`. Any key hides one, even when the screen shows only part of it. */
  readonly lastHiddenNotice: Notice | null;
  /** Shown one after the other. */
  readonly queuedNotices: readonly Notice[];
}

/** The draft key of a paused task's initial prompt. */
export const initialPromptKey = (taskId: string): string => `input ${taskId}`;

/** The draft key of a new task. */
export const NEW_TASK_KEY = 'new';
/** The draft key of a message to all marked tasks. */
export const MARKED_TASKS_KEY = 'marked';

export interface Deployment {
  /** In the header: a host, or `local`. */
  readonly name: string;
  readonly local: boolean;
  /** The user's home directory, shown as `~`; missing when unknown. */
  readonly home?: string;
  /** The working directory of new local tasks; missing when each gets its own. */
  readonly directory?: string;
}

/** A known deployment, or this machine. */
export interface DeploymentChoice {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a short description. */
  readonly url: string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Focus of the terminal's window. */
interface WindowFocus {
  /** Null when the terminal never reported it: polling then assumes focus, notifications assume none. */
  readonly focused: boolean | null;
  /** Since when, Unix ms. */
  readonly since: number;
}

/** The age of a pane's data, and the error of the last refresh. */
export interface Freshness {
  /** When the shown data was requested, Unix ms; null before the first. */
  readonly requestedAt: number | null;
  /** The next response is due this long after `requestedAt`, ms. */
  readonly refreshMs: number;
  readonly error: BackendError | null;
  /** When the next attempt starts after a failure, Unix ms. */
  readonly retryAt: number | null;
}

/** The last list of a scope that is not listed now. */
export interface ParkedList {
  readonly tasks: readonly Task[];
  /** When it was requested, Unix ms. */
  readonly at: number;
  readonly selected: string | null;
}

export interface FetchedTranscript extends Freshness {
  /** Null until the first response. */
  readonly transcript: Transcript | null;
}

/** All messages ever received of a task's conversation, and the read position. The outbox does not depend on it. */
export interface MergedTranscript {
  readonly conversation: StoredConversation;
  /** Whether this machine stores earlier messages; `requested`: they are loading. */
  readonly older: 'none' | 'some' | 'requested';
  /** The read position when the user last left the task; null if they never opened it. */
  readonly readUpTo: ReadPosition | null;
  /** The last entry when the user scrolled up; null while the transcript follows the end. */
  readonly lastFollowedEntry: ConversationEntry | null;
  /** Whether the server has answered since the user opened the task. Later messages arrive on screen. */
  readonly polledInView: boolean;
}

/** The last entry that was read. */
export interface ReadPosition extends EntryPosition {
  /** Characters of its message that were read. */
  readonly length: number;
}

/** The current or last build of a task's workspace. */
export interface BuildWithLog {
  readonly build: Build;
  /** Oldest first. Untrusted text. */
  readonly lines: readonly BuildLogLine[];
}

export interface PendingCreation {
  readonly key: string;
  readonly prompt: string;
  readonly since: number;
  /** The selected task when the user submitted it. */
  readonly selectedAtStart: string | null;
  /** Restored into the form when the server refuses it. */
  readonly submitted: SubmittedForm;
}

/** An action on several tasks. */
export interface BulkOperation {
  readonly id: string;
  readonly action: ActionId;
  /** Exactly the tasks that the question named, as they were then. */
  readonly tasks: readonly Task[];
  /** `waiting`: undo is possible until `startsAt`; `held`: a question about it is open; `running`: sends requests. */
  readonly stage: 'waiting' | 'held' | 'running';
  /** Unix ms. */
  readonly startsAt: number;
  /** Finished tasks, failures included. */
  readonly doneCount: number;
  readonly failures: readonly BulkFailure[];
}

/** Why the action failed for one task. Untrusted texts. */
export interface BulkFailure {
  readonly taskId: string;
  readonly title: string;
  readonly reason: string;
}

interface SavedView {
  readonly name: string;
  readonly filter: string;
}

/** Keys by command id; a missing command keeps its default keys. */
export type CustomKeys = Readonly<Record<string, readonly string[]>>;

export interface Notice {
  /** A `bad` one stays until the user hides it or its cause ends; the others go after NOTICE_MS. */
  readonly tone: 'good' | 'bad' | 'plain';
  /** Untrusted text. */
  readonly text: string;
  /** Unix ms. */
  readonly at: number;
  /** The notice goes when its cause ends; missing for a past event. */
  readonly cause?: NoticeCause;
}

export type NoticeCause =
  /** A failed action: until the task has reached its goal anyway. */
  | { readonly kind: 'action'; readonly taskId: string; readonly action: ActionId }
  /** Until the task is in another phase. */
  | { readonly kind: 'phase'; readonly taskId: string; readonly phase: Phase }
  /** While the message is in one of these stages. */
  | { readonly kind: 'delivery'; readonly id: string; readonly stages: readonly DeliveryStage[] }
  /** While any message has unknown delivery status. */
  | { readonly kind: 'unknown-deliveries' }
  /** Until the templates change. */
  | { readonly kind: 'templates'; readonly known: State['templates'] }
  /** While this scope is listed. */
  | { readonly kind: 'scope'; readonly scope: OwnerScope };
