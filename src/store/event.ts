import type { ActionId } from '../domain/action.ts';
import type { Build, BuildLogLine } from '../domain/build.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { BackendError } from '../domain/errors.ts';
import type { ItemFinder } from '../domain/find-items.ts';
import type { ProseRenderer } from '../domain/markdown/prose.ts';
import type { FieldErrors, LastChoice, NewTaskForm, SubmittedForm } from '../domain/new-task.ts';
import type { OwnerScope } from '../domain/owner-scope.ts';
import type { Template, User } from '../domain/ports/backend.ts';
import type { PromptHistorySearch } from '../domain/prompt-history-search.ts';
import type { SortKey } from '../domain/row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../domain/saved-layout.ts';
import type { Task } from '../domain/task.ts';
import type { TaskPatch } from '../domain/task-patch.ts';
import type { TimelineSegment } from '../domain/timeline.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { TranscriptOptions } from '../domain/transcript-options.ts';
import type { TemplateOptions } from './form-state.ts';
import type { StoredPart } from './merged-transcript.ts';
import type { BulkFailure, BulkOperation, Notice, Size } from './state.ts';
import type {
  MessageCursor,
  Overlay,
  Pane,
  PromptHistoryPosition,
  ScrollAnchor,
  TranscriptSearch,
  ViewState,
} from './view-state.ts';

/** Everything that can change the state. Times are Unix ms; `startedAt` is when the request started. */
export type StoreEvent =
  | { readonly type: 'clock-ticked'; readonly now: number }
  | { readonly type: 'terminal-resized'; readonly size: Size }
  | { readonly type: 'mouse-changed'; readonly on: boolean }
  /** Only from terminals that report focus. */
  | { readonly type: 'window-focus-changed'; readonly focused: boolean; readonly now: number }
  | { readonly type: 'server-version-received'; readonly version: string }
  | { readonly type: 'user-received'; readonly user: User }
  | { readonly type: 'users-received'; readonly users: readonly User[] }
  /** The server refuses to list other users. */
  | { readonly type: 'users-forbidden' }
  // The list and one task
  | { readonly type: 'scope-selected'; readonly scope: OwnerScope; readonly now: number }
  /** The server refuses to list this scope; the list before it comes back. `text`: the server's reason. */
  | { readonly type: 'scope-failed'; readonly scope: OwnerScope; readonly text: string; readonly now: number }
  | {
      readonly type: 'list-received';
      /** The scope of the request; `listedScope` when missing. */
      readonly scope?: OwnerScope;
      readonly tasks: readonly Task[];
      readonly startedAt: number;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** The list of the last run, received at `at`. Ignored once the server has answered. */
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
  /** A stream that pushed the transcript broke: a response is due `refreshMs` after `now`. */
  | {
      readonly type: 'transcript-push-broken';
      readonly taskId: string;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** The transcript cannot change, or cannot be read, in the task's phase. It does not become stale. */
  | { readonly type: 'transcript-polling-stopped'; readonly taskId: string }
  // Builds, stored conversations, activity
  | { readonly type: 'build-received'; readonly taskId: string; readonly build: Build; readonly now: number }
  | {
      readonly type: 'build-log-received';
      readonly taskId: string;
      readonly buildId: string;
      readonly lines: readonly BuildLogLine[];
    }
  | { readonly type: 'stored-conversation-loaded'; readonly taskId: string; readonly part: StoredPart }
  | {
      readonly type: 'activity-received';
      readonly activity: readonly { readonly taskId: string; readonly at: number }[];
    }
  | {
      readonly type: 'timeline-changed';
      readonly taskId: string;
      readonly segments: readonly TimelineSegment[];
    }
  /** The user leaves taskdeck. The visible transcript counts as read. */
  | { readonly type: 'transcript-left' }
  // Actions
  | {
      readonly type: 'action-started';
      readonly taskId: string;
      readonly action: ActionId;
      readonly now: number;
    }
  /** `patch`: what the answer settles. */
  | {
      readonly type: 'action-accepted';
      readonly taskId: string;
      readonly action: ActionId;
      readonly patch: TaskPatch;
      readonly now: number;
    }
  | { readonly type: 'action-failed'; readonly taskId: string }
  | { readonly type: 'bulk-operation-queued'; readonly operation: BulkOperation; readonly now: number }
  | {
      readonly type: 'bulk-operation-deferred';
      readonly id: string;
      /** The new start time; null while a question about the operation is open. */
      readonly until: number | null;
      readonly now: number;
    }
  | { readonly type: 'bulk-operation-cancelled'; readonly id: string; readonly now: number }
  /** Ends the undo window. Tasks that have become ineligible count as failures. */
  | { readonly type: 'bulk-operation-started'; readonly id: string; readonly now: number }
  | { readonly type: 'bulk-task-started'; readonly id: string; readonly taskId: string; readonly now: number }
  /** `failure` is null on success. */
  | {
      readonly type: 'bulk-task-finished';
      readonly id: string;
      readonly taskId: string;
      readonly failure: BulkFailure | null;
      readonly now: number;
    }
  | { readonly type: 'bulk-operation-finished'; readonly id: string; readonly now: number }
  | {
      readonly type: 'creation-started';
      readonly key: string;
      readonly prompt: string;
      /** An empty form with the prompt when missing. */
      readonly submitted?: SubmittedForm;
      readonly now: number;
    }
  | { readonly type: 'creation-finished'; readonly key: string; readonly task: Task; readonly now: number }
  /** Restores the form and the draft, with the errors of its fields. */
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
  // Outbox
  | { readonly type: 'delivery-added'; readonly delivery: Delivery }
  | { readonly type: 'delivery-changed'; readonly delivery: Delivery }
  /** Replaces the outbox with the stored one. */
  | { readonly type: 'deliveries-loaded'; readonly deliveries: readonly Delivery[] }
  | { readonly type: 'delivery-finished'; readonly id: string }
  // Drafts and prompts
  | {
      readonly type: 'draft-changed';
      readonly key: string;
      readonly buffer: EditBuffer;
      readonly historyPosition?: PromptHistoryPosition;
    }
  /** Puts an undelivered text before the draft. */
  | { readonly type: 'draft-restored'; readonly key: string; readonly text: string }
  /** The state of the last run. Changes that the user has made since the start win. */
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
  // View
  | { readonly type: 'task-selected'; readonly taskId: string | null }
  | { readonly type: 'pane-focused'; readonly pane: Pane }
  | { readonly type: 'filter-changed'; readonly filter: string }
  /** The selected task counts as seen until another one is selected; null: no task is in view. */
  | { readonly type: 'task-viewed'; readonly taskId: string | null }
  | { readonly type: 'sort-changed'; readonly sort: SortKey }
  | { readonly type: 'marks-changed'; readonly marked: ReadonlySet<string> }
  | { readonly type: 'attention-filter-changed'; readonly on: boolean }
  /** Sorts the rows now, and again with the next response. */
  | { readonly type: 'reorder-requested' }
  | { readonly type: 'overlay-opened'; readonly overlay: Overlay }
  | { readonly type: 'overlay-closed' }
  | { readonly type: 'open-form-changed'; readonly openForm: ViewState['openForm'] }
  /** The prompt edits the initial prompt of this task; null: it writes messages. */
  | { readonly type: 'initial-prompt-task-changed'; readonly taskId: string | null }
  | { readonly type: 'recipients-changed'; readonly writesToMarked: boolean }
  | { readonly type: 'transcript-scrolled'; readonly taskId: string; readonly anchor: ScrollAnchor | null }
  | { readonly type: 'scroll-restored'; readonly taskId: string; readonly anchor: ScrollAnchor }
  /** The view needs messages before the loaded ones. */
  | { readonly type: 'older-messages-requested'; readonly taskId: string }
  | { readonly type: 'markdown-loaded'; readonly proseRenderer: ProseRenderer }
  | { readonly type: 'transcript-options-changed'; readonly change: Partial<TranscriptOptions> }
  | { readonly type: 'message-cursor-changed'; readonly at: MessageCursor | null }
  | { readonly type: 'transcript-search-changed'; readonly search: TranscriptSearch | null }
  | { readonly type: 'zoom-changed'; readonly on: boolean }
  | { readonly type: 'scroll-column-changed'; readonly column: number }
  | { readonly type: 'notice-changed'; readonly notice: Notice | null }
  /** An error in the background. Shown once no other `bad` notice is. */
  | { readonly type: 'notice-queued'; readonly text: string; readonly now: number }
  /** The error with this text has ended. */
  | { readonly type: 'notice-withdrawn'; readonly text: string };
