import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { BackendError } from '../domain/errors.ts';
import type { ItemFinder } from '../domain/find-items.ts';
import type { ProseRenderer } from '../domain/markdown/prose.ts';
import type { FieldErrors, LastChoice, NewTaskForm, SubmittedForm } from '../domain/new-task.ts';
import type { OwnerScope } from '../domain/owner-scope.ts';
import type { TaskAction } from '../domain/phase.ts';
import type { Build, BuildLogLine, Template, User } from '../domain/ports/backend.ts';
import type { PromptHistorySearch } from '../domain/prompt-history-search.ts';
import type { SortKey } from '../domain/row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import type { Task } from '../domain/task.ts';
import type { TimelineSegment } from '../domain/timeline.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TranscriptOptions } from '../domain/transcript-options.ts';
import type { TemplateOptions } from './form-state.ts';
import type { StoredPart } from './merged-transcript.ts';
import type { BulkFailure, BulkOperation, DeliveryEntry, Notice, Size } from './state.ts';
import type {
  MessageCursor,
  Overlay,
  Pane,
  PromptHistoryPosition,
  ScrollAnchor,
  TranscriptSearch,
  ViewState,
} from './view-state.ts';

/** Everything that can happen. Times are Unix ms; `startedAt` is when the request that was answered began. */
export type StoreEvent =
  | { readonly type: 'clock-ticked'; readonly now: number }
  | { readonly type: 'terminal-resized'; readonly size: Size }
  | { readonly type: 'mouse-changed'; readonly on: boolean }
  /** The terminal's window got or lost the keyboard; comes only from terminals that report it. */
  | { readonly type: 'window-focus-changed'; readonly focused: boolean; readonly now: number }
  | { readonly type: 'server-version-received'; readonly version: string }
  | { readonly type: 'user-received'; readonly user: User }
  | { readonly type: 'users-received'; readonly users: readonly User[] }
  /** The server does not tell this user who else there is. */
  | { readonly type: 'users-forbidden' }
  // The list and one task
  /** Whose tasks are to be listed. */
  | { readonly type: 'scope-selected'; readonly scope: OwnerScope; readonly now: number }
  /** The server does not list these: what was listed before is again. `text`: why, in the server's words. */
  | { readonly type: 'scope-failed'; readonly scope: OwnerScope; readonly text: string; readonly now: number }
  | {
      readonly type: 'list-received';
      /** Whose tasks were asked for; those that are listed now when missing. */
      readonly scope?: OwnerScope;
      readonly tasks: readonly Task[];
      readonly startedAt: number;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** What the list was like when taskdeck was left; `at` is when. Whatever the server has said since is newer. */
  | { readonly type: 'list-restored'; readonly tasks: readonly Task[]; readonly at: number }
  | {
      readonly type: 'list-failed';
      readonly error: BackendError;
      readonly retryAt: number;
      readonly now: number;
    }
  | { readonly type: 'task-received'; readonly task: Task; readonly startedAt: number; readonly now: number }
  | { readonly type: 'task-disappeared'; readonly taskId: string; readonly now: number }
  // The transcript
  | {
      readonly type: 'transcript-received';
      readonly taskId: string;
      readonly transcript: Transcript;
      readonly startedAt: number;
      readonly refreshMs: number;
      readonly now: number;
    }
  | {
      readonly type: 'transcript-failed';
      readonly taskId: string;
      readonly error: BackendError;
      readonly retryAt: number;
      readonly now: number;
    }
  /** The transcript cannot change, or cannot be read, while the task is as it is: nothing is asked for, nothing is late. */
  | { readonly type: 'transcript-polling-stopped'; readonly taskId: string }
  // What its workspace does
  | { readonly type: 'build-received'; readonly taskId: string; readonly build: Build; readonly now: number }
  | {
      readonly type: 'build-log-received';
      readonly taskId: string;
      readonly buildId: string;
      readonly lines: readonly BuildLogLine[];
    }
  /** What this machine keeps of a conversation. */
  | { readonly type: 'stored-conversation-loaded'; readonly taskId: string; readonly part: StoredPart }
  | {
      readonly type: 'activity-received';
      readonly activity: readonly { readonly taskId: string; readonly at: number }[];
    }
  /** What a task did so far, as far as anybody knows. */
  | {
      readonly type: 'timeline-changed';
      readonly taskId: string;
      readonly segments: readonly TimelineSegment[];
    }
  /** The reader leaves: what is on screen has been read. */
  | { readonly type: 'transcript-left' }
  // What the user asks of tasks
  | {
      readonly type: 'action-started';
      readonly taskId: string;
      readonly action: TaskAction;
      readonly now: number;
    }
  | { readonly type: 'action-failed'; readonly taskId: string }
  /** Something is asked of several tasks at once. */
  | { readonly type: 'bulk-operation-queued'; readonly operation: BulkOperation; readonly now: number }
  | {
      readonly type: 'bulk-operation-deferred';
      readonly id: string;
      /** Until when it waits from now on, Unix ms; null for as long as the user is asked about it. */
      readonly until: number | null;
      readonly now: number;
    }
  | { readonly type: 'bulk-operation-cancelled'; readonly id: string; readonly now: number }
  /** From now on the server is asked; what it cannot be asked any more is a failure. */
  | { readonly type: 'bulk-operation-started'; readonly id: string; readonly now: number }
  | { readonly type: 'bulk-task-started'; readonly id: string; readonly taskId: string; readonly now: number }
  /** What became of one task: `failure` is null when it is as was asked. */
  | {
      readonly type: 'bulk-task-finished';
      readonly id: string;
      readonly taskId: string;
      readonly failure: BulkFailure | null;
      readonly now: number;
    }
  | { readonly type: 'bulk-operation-finished'; readonly id: string; readonly now: number }
  | { readonly type: 'task-deleted'; readonly taskId: string; readonly now: number }
  | {
      readonly type: 'creation-started';
      readonly key: string;
      readonly prompt: string;
      /** The prompt alone when missing. */
      readonly submitted?: SubmittedForm;
      readonly now: number;
    }
  | { readonly type: 'creation-finished'; readonly key: string; readonly task: Task; readonly now: number }
  /** What was written is a form and a draft again, with what is wrong with it. */
  | {
      readonly type: 'creation-failed';
      readonly key: string;
      readonly fieldErrors?: FieldErrors;
      readonly now: number;
    }
  | { readonly type: 'templates-received'; readonly templates: readonly Template[] }
  | {
      readonly type: 'template-options-received';
      readonly versionId: string;
      readonly options: TemplateOptions;
    }
  | { readonly type: 'form-changed'; readonly change: Partial<NewTaskForm> }
  | { readonly type: 'template-choice-changed'; readonly choice: LastChoice }
  | { readonly type: 'fuzzy-find-loaded'; readonly find: ItemFinder }
  // Messages on their way
  | { readonly type: 'delivery-added'; readonly delivery: DeliveryEntry }
  | { readonly type: 'delivery-changed'; readonly delivery: DeliveryEntry }
  /** All of them, as they are kept on disk. */
  | { readonly type: 'deliveries-loaded'; readonly deliveries: readonly DeliveryEntry[] }
  | { readonly type: 'delivery-finished'; readonly id: string }
  // Writing
  | {
      readonly type: 'draft-changed';
      readonly key: string;
      readonly buffer: EditBuffer;
      readonly historyPosition?: PromptHistoryPosition;
    }
  /** A text that could not be delivered stands before whatever has been written since. */
  | { readonly type: 'draft-restored'; readonly key: string; readonly text: string }
  /** What was there when taskdeck was left; what has been typed meanwhile is newer. */
  | {
      readonly type: 'saved-state-restored';
      readonly drafts: ReadonlyMap<string, EditBuffer>;
      readonly history: readonly string[];
      readonly selected: string | null;
      readonly reading?: TranscriptOptions;
      readonly seen?: ReadonlyMap<string, string>;
      readonly sort?: SortKey;
      readonly view?: SavedViewState;
      readonly places?: ReadonlyMap<string, SavedScrollPosition>;
      readonly scope?: OwnerScope;
      readonly form?: NewTaskForm;
      readonly lastChoice?: LastChoice | null;
    }
  | { readonly type: 'prompt-recorded'; readonly text: string }
  | { readonly type: 'prompt-search-changed'; readonly search: PromptHistorySearch | null }
  | { readonly type: 'chord-prefix-changed'; readonly prefix: string | null }
  // Looking
  | { readonly type: 'task-selected'; readonly taskId: string | null }
  | { readonly type: 'pane-focused'; readonly pane: Pane }
  | { readonly type: 'filter-changed'; readonly filter: string }
  /** The selected task has been looked at, and is until another one is selected; null: nobody looks any more. */
  | { readonly type: 'task-viewed'; readonly taskId: string | null }
  | { readonly type: 'sort-changed'; readonly sort: SortKey }
  /** These tasks are marked from now on, and no others. */
  | { readonly type: 'marks-changed'; readonly marked: ReadonlySet<string> }
  /** Whether only the tasks are shown that need the user. */
  | { readonly type: 'attention-filter-changed'; readonly on: boolean }
  /** The user comes back to the screen, or asks for all anew: the rows are put in order, and again by the next answer. */
  | { readonly type: 'reorder-requested' }
  | { readonly type: 'overlay-opened'; readonly overlay: Overlay }
  | { readonly type: 'overlay-closed' }
  | { readonly type: 'open-form-changed'; readonly openForm: ViewState['openForm'] }
  /** The prompt bar changes what this task begins with; null: it writes messages again. */
  | { readonly type: 'initial-prompt-task-changed'; readonly taskId: string | null }
  /** What is written goes to all marked tasks, or not, until the prompt is left. */
  | { readonly type: 'recipients-changed'; readonly writesToMarked: boolean }
  | { readonly type: 'transcript-scrolled'; readonly taskId: string; readonly anchor: ScrollAnchor | null }
  | { readonly type: 'markdown-loaded'; readonly proseRenderer: ProseRenderer }
  | { readonly type: 'transcript-options-changed'; readonly change: Partial<TranscriptOptions> }
  | { readonly type: 'message-cursor-changed'; readonly at: MessageCursor | null }
  | { readonly type: 'transcript-search-changed'; readonly search: TranscriptSearch | null }
  | { readonly type: 'zoom-changed'; readonly on: boolean }
  | { readonly type: 'scroll-column-changed'; readonly column: number }
  | { readonly type: 'notice-changed'; readonly notice: Notice | null }
  /** Something went wrong that nobody asked for: it is told when what stands there has been read. */
  | { readonly type: 'notice-queued'; readonly text: string; readonly now: number }
  /** That is over. */
  | { readonly type: 'notice-withdrawn'; readonly text: string };
