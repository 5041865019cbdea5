import type { ActivityMinute } from '../domain/activity.ts';
import type { Delivery, DeliveryStage } from '../domain/delivery.ts';
import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { BackendError } from '../domain/errors.ts';
import type { ItemFinder } from '../domain/find-items.ts';
import type { KeyNames } from '../domain/key-placeholder.ts';
import type { ProseRenderer } from '../domain/markdown/prose.ts';
import type { LastChoice, NewTaskForm, SubmittedForm } from '../domain/new-task.ts';
import type { OwnerScope } from '../domain/owner-scope.ts';
import type { PendingChange } from '../domain/pending-change.ts';
import type { Phase, TaskAction } from '../domain/phase.ts';
import type { Build, BuildLogLine, Template, User } from '../domain/ports/backend.ts';
import type {
  ConversationEntry,
  EntryPosition as PlaceInHistory,
  StoredConversation,
} from '../domain/stored-conversation.ts';
import type { Task } from '../domain/task.ts';
import type { TimelineSegment } from '../domain/timeline.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TemplateOptions } from './form-state.ts';
import type { ViewState } from './view-state.ts';

/** Everything that is on the screen and everything that decides what will be. */
export interface State {
  readonly deployment: Deployment;
  /** Where else one could go. */
  readonly otherDeployments: readonly DeploymentChoice[];
  /** Keys that the user gave to commands. */
  readonly customKeys: CustomKeys;
  /** What to call the keys of commands in texts: see `keyFor`. */
  readonly keyNames: KeyNames;
  /** Filters that the user gave names, by the digits 1 to 9. */
  readonly savedViews: Readonly<Record<string, SavedView>>;
  readonly user: User | null;
  /** Who else the server has named, and whether it refused to. */
  readonly users: { readonly found: readonly User[]; readonly forbidden: boolean };
  /** As the server prints it; null until it has said so. */
  readonly serverVersion: string | null;
  /** The clock as of the last tick or answer, Unix ms. Ages and phases are worked out from it. */
  readonly now: number;
  readonly size: Size;
  /** Whether clicks and the wheel are ours, and not the terminal's. */
  readonly mouse: boolean;
  readonly window: WindowFocus;

  /** Whose tasks the user wants to see. */
  readonly selectedScope: OwnerScope;
  /**
   * Whose tasks are listed: all of `tasks` and `list` is about these. They are those of `scope`, or of others whom the
   * filter asks for.
   */
  readonly listedScope: OwnerScope;
  /** Whom the filter asks for and the server does not list, as long as the filter stays. */
  readonly rejectedScope: { readonly filter: string; readonly selectedScope: OwnerScope } | null;
  /** Since when these are, Unix ms. */
  readonly listedSince: number;
  /** The last scope that was chosen and the server answered for: where a refusal leads back to. */
  readonly lastAcceptedScope: OwnerScope;
  /** What was listed for other scopes, by `scopeKey`. A task that is here is not gone: nobody asked about it lately. */
  readonly parkedLists: ReadonlyMap<string, ParkedList>;
  /** Marked tasks that are not listed now: no key acts on them, and they are marked when they are listed again. */
  readonly parkedMarks: ReadonlySet<string>;
  /** In the server's order, newest first. */
  readonly tasks: readonly Task[];
  readonly listFreshness: Freshness;
  /** What the server says of conversations, by task id: what becomes of a message is decided by this alone. */
  readonly transcripts: ReadonlyMap<string, FetchedTranscript>;
  /** All that was seen of them, which is what is shown, by task id. */
  readonly mergedTranscripts: ReadonlyMap<string, MergedTranscript>;
  /** What was asked of tasks and is not to be seen yet, by task id. */
  readonly pendingChanges: ReadonlyMap<string, PendingChange>;
  /** Tasks that were asked for and that the server has not named yet. */
  readonly pendingCreations: readonly PendingCreation[];
  /**
   * When tasks were made here, were last looked at by themselves, and went away, so that a list that was asked for
   * before does not bring the past back. By task id, Unix ms.
   */
  readonly createdAtById: ReadonlyMap<string, number>;
  readonly fetchedAtById: ReadonlyMap<string, number>;
  readonly removedAtById: ReadonlyMap<string, number>;
  /** What there was to be seen of a task when it was last looked at, by task id: see `sightOf`. */
  readonly seenFingerprints: ReadonlyMap<string, string>;
  /** The task that has been on screen for long enough to count as looked at. */
  readonly viewedTaskId: string | null;
  /** The ids of all tasks in the order of their rows, which changes only when the user wants it to. */
  readonly rowOrder: readonly string[];
  /** The next answer of the server puts the rows in order. */
  readonly reorderPending: boolean;
  readonly deliveries: readonly DeliveryEntry[];
  /** What was asked of several tasks at once and is not done yet, oldest first. At most one of them has not begun. */
  readonly bulkOperations: readonly BulkOperation[];
  /** The last of them that did not go well with every task. */
  readonly failedBulkOperation: BulkOperation | null;
  /** What is written and not sent, by task id, or under NEW. */
  readonly drafts: ReadonlyMap<string, EditBuffer>;
  /** Prompts sent before, newest last. */
  readonly promptHistory: readonly string[];
  readonly templates: readonly Template[] | null;
  /** What versions of templates offer and ask for, by the version's id. */
  readonly templateOptions: ReadonlyMap<string, TemplateOptions>;
  /** The new task that is being written, on the screen or not. */
  readonly newTaskForm: NewTaskForm;
  /** What the last task here was made from. */
  readonly lastTemplateChoice: LastChoice | null;
  /** Finds by letters; null until it is loaded, which happens when it is wanted. */
  readonly fuzzyFind: ItemFinder | null;
  /** Reads markdown; null until it is loaded, which happens behind the first frame. */
  readonly proseRenderer: ProseRenderer | null;
  /** What the workspaces of tasks that were looked at did last, by task id. */
  readonly builds: ReadonlyMap<string, BuildWithLog>;
  /** Signs of life in the last minutes, by task id. */
  readonly activity: ReadonlyMap<string, readonly ActivityMinute[]>;
  /** What is known of how tasks that were looked at spent their time, by task id. */
  readonly timelines: ReadonlyMap<string, readonly TimelineSegment[]>;

  readonly view: ViewState;
  readonly notice: Notice | null;
  /** The last notice that is not `bad` and is no longer shown: any key hides one, also where the screen cut it. */
  readonly lastHiddenNotice: Notice | null;
  /** What went wrong besides, and is told one after the other. */
  readonly queuedNotices: readonly Notice[];
}

/** The key of the draft of the prompt that a paused task begins with the next time. */
export const initialPromptKey = (taskId: string): string => `input ${taskId}`;

/** The key of the draft of a task that does not exist yet. */
export const NEW_TASK_KEY = 'new';
/** The key of the draft for all marked tasks. */
export const MARKED_TASKS_KEY = 'marked';

export interface Deployment {
  /** What the header calls it: a host, or `local`. */
  readonly name: string;
  readonly local: boolean;
  /** The user's home directory, which paths are shortened by; missing where it is not known. */
  readonly home?: string;
  /** Where a new task of this machine works; missing where each gets a directory of its own. */
  readonly directory?: string;
}

/** A deployment that is kept, or this machine. */
export interface DeploymentChoice {
  readonly id: string;
  readonly name: string;
  /** Its URL, or a few words about it. */
  readonly url: string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The terminal's window, as far as it reports. */
interface WindowFocus {
  /** Whether it has the keyboard; null where it never said so: polling then goes on as if, notices as if not. */
  readonly focused: boolean | null;
  /** Since when, Unix ms. */
  readonly since: number;
}

/** How old a pane's data is, and why it is not newer. */
export interface Freshness {
  /** When the data was asked for that is shown, Unix ms; null before the first. */
  readonly requestedAt: number | null;
  /** How long after `at` the next answer is promised, ms. */
  readonly refreshMs: number;
  readonly error: BackendError | null;
  /** When the next try begins after a failure, Unix ms. */
  readonly retryAt: number | null;
}

/** What was listed for a scope when another one was chosen. */
export interface ParkedList {
  readonly tasks: readonly Task[];
  /** When it was asked for, Unix ms. */
  readonly at: number;
  readonly selected: string | null;
}

export interface FetchedTranscript extends Freshness {
  /** Null until the first answer. */
  readonly transcript: Transcript | null;
}

/** All that was seen of a task's conversation, and how far it was read. The outbox never decides by it. */
export interface MergedTranscript {
  readonly conversation: StoredConversation;
  /** Whether this machine keeps more of it, before the first entry; `asked`: it is being read. */
  readonly older: 'none' | 'some' | 'requested';
  /** What had been read when the task was last left; null when it was never looked at. */
  readonly readUpTo: ReadPosition | null;
  /** The last entry there was when the reader scrolled up; null while the end is followed. */
  readonly lastFollowedEntry: ConversationEntry | null;
  /** The server has answered since the reader came to it: what it says more from now on comes before their eyes. */
  readonly polledInView: boolean;
}

/** Up to where a conversation was read: of the message at this place so many characters. */
export interface ReadPosition extends PlaceInHistory {
  readonly length: number;
}

/** What a task's workspace did last or does now, and what it printed. */
export interface BuildWithLog {
  readonly build: Build;
  /** Oldest first. Untrusted text. */
  readonly lines: readonly BuildLogLine[];
}

export interface PendingCreation {
  readonly key: string;
  readonly prompt: string;
  readonly since: number;
  /** What was selected when it was asked for. */
  readonly selectedAtStart: string | null;
  /** What is written again when it is refused. */
  readonly submitted: SubmittedForm;
}

/** One message on its way to a task. */
export type DeliveryEntry = Delivery;

/** A pause, a resume or a delete of several tasks. */
export interface BulkOperation {
  readonly id: string;
  readonly action: TaskAction;
  /** As they were when it was asked: exactly those that the question named. */
  readonly tasks: readonly Task[];
  /** `waiting`: it can be taken back until `dueAt`; `held`: the user is asked about it; `going`: the server is asked. */
  readonly stage: 'waiting' | 'held' | 'running';
  /** Unix ms. */
  readonly startsAt: number;
  /** Of how many tasks it is known what became of them. */
  readonly doneCount: number;
  readonly failures: readonly BulkFailure[];
}

/** Why one task is not as was asked. Untrusted texts. */
export interface BulkFailure {
  readonly taskId: string;
  readonly title: string;
  readonly reason: string;
}

/** A filter with a name. */
interface SavedView {
  readonly name: string;
  readonly filter: string;
}

/** Keys by the id of a command; one that is missing has its own. */
export type CustomKeys = Readonly<Record<string, readonly string[]>>;

export interface Notice {
  /** One that is `bad` stays until the user hides it or it is over; all others go by themselves. */
  readonly tone: 'good' | 'bad' | 'plain';
  /** Untrusted text. */
  readonly text: string;
  /** Unix ms. */
  readonly at: number;
  /** What it is about; missing where it tells of something that happened. */
  readonly cause?: NoticeCause;
}

/** What a notice is about: the notice goes when that is over. */
export type NoticeCause =
  /** Something that was refused: until the task is as was wanted all the same. */
  | { readonly kind: 'intent'; readonly taskId: string; readonly intent: TaskAction }
  /** Until the task is in another phase. */
  | { readonly kind: 'phase'; readonly taskId: string; readonly phase: Phase }
  /** As long as the message is in one of these stages. */
  | { readonly kind: 'delivery'; readonly id: string; readonly stages: readonly DeliveryStage[] }
  /** As long as any message waits for the user to say whether it arrived. */
  | { readonly kind: 'unknown-deliveries' }
  /** Until other templates are known than these. */
  | { readonly kind: 'templates'; readonly known: State['templates'] }
  /** As long as these tasks are listed. */
  | { readonly kind: 'scope'; readonly scope: OwnerScope };
