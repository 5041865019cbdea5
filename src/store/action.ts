import type { EditBuffer } from '../domain/edit/buffer.ts';
import type { BackendError } from '../domain/errors.ts';
import type { Find } from '../domain/find-items.ts';
import type { HistorySearch } from '../domain/history-search.ts';
import type { KeptPlace, KeptView } from '../domain/kept-layout.ts';
import type { ProseReader } from '../domain/markdown/prose.ts';
import type { Faults, Form, LastChoice, Sent } from '../domain/new-task.ts';
import type { Sort } from '../domain/order.ts';
import type { Intent } from '../domain/phase.ts';
import type { Build, BuildLogLine, Template, User } from '../domain/ports/backend.ts';
import type { Reading } from '../domain/reading.ts';
import type { Scope } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import type { Stretch } from '../domain/timeline.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { RecalledPart } from './conversation.ts';
import type { Offer } from './form-state.ts';
import type { DeliveryEntry, Failure, Notice, Order, Size } from './state.ts';
import type { Anchor, Overlay, Pane, Pointed, Recall, Search, View } from './view.ts';

/** Everything that can happen. Times are Unix ms; `startedAt` is when the request that was answered began. */
export type Action =
  | { readonly type: 'ticked'; readonly now: number }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'mouse-turned'; readonly on: boolean }
  /** The terminal's window got or lost the keyboard; comes only from terminals that report it. */
  | { readonly type: 'focus-changed'; readonly focused: boolean; readonly now: number }
  | { readonly type: 'server-known'; readonly version: string }
  | { readonly type: 'user-known'; readonly user: User }
  | { readonly type: 'users-arrived'; readonly users: readonly User[] }
  /** The server does not tell this user who else there is. */
  | { readonly type: 'users-refused' }
  // The list and one task
  /** Whose tasks are to be listed. */
  | { readonly type: 'scope-chosen'; readonly scope: Scope; readonly now: number }
  /** The server does not list these: what was listed before is again. `text`: why, in the server's words. */
  | { readonly type: 'scope-refused'; readonly scope: Scope; readonly text: string; readonly now: number }
  | {
      readonly type: 'list-arrived';
      /** Whose tasks were asked for; those that are listed now when missing. */
      readonly scope?: Scope;
      readonly tasks: readonly Task[];
      readonly startedAt: number;
      readonly promised: number;
      readonly now: number;
    }
  /** What the list was like when taskdeck was left; `at` is when. Whatever the server has said since is newer. */
  | { readonly type: 'list-recalled'; readonly tasks: readonly Task[]; readonly at: number }
  | {
      readonly type: 'list-failed';
      readonly error: BackendError;
      readonly retryAt: number;
      readonly now: number;
    }
  | { readonly type: 'task-arrived'; readonly task: Task; readonly startedAt: number; readonly now: number }
  | { readonly type: 'task-gone'; readonly taskId: string; readonly now: number }
  // The transcript
  | {
      readonly type: 'transcript-arrived';
      readonly taskId: string;
      readonly transcript: Transcript;
      readonly startedAt: number;
      readonly promised: number;
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
  | { readonly type: 'transcript-rests'; readonly taskId: string }
  // What its workspace does
  | { readonly type: 'build-arrived'; readonly taskId: string; readonly build: Build; readonly now: number }
  | {
      readonly type: 'build-logged';
      readonly taskId: string;
      readonly buildId: string;
      readonly lines: readonly BuildLogLine[];
    }
  /** What this machine keeps of a conversation. */
  | { readonly type: 'conversation-recalled'; readonly taskId: string; readonly part: RecalledPart }
  | {
      readonly type: 'signs-felt';
      readonly signs: readonly { readonly taskId: string; readonly at: number }[];
    }
  /** What a task did so far, as far as anybody knows. */
  | { readonly type: 'timeline-known'; readonly taskId: string; readonly stretches: readonly Stretch[] }
  /** The reader leaves: what is on screen has been read. */
  | { readonly type: 'left' }
  // What the user asks of tasks
  | { readonly type: 'asked'; readonly taskId: string; readonly intent: Intent; readonly now: number }
  | { readonly type: 'ask-refused'; readonly taskId: string }
  /** Something is asked of several tasks at once. */
  | { readonly type: 'order-given'; readonly order: Order; readonly now: number }
  | {
      readonly type: 'order-held';
      readonly id: string;
      /** Until when it waits from now on, Unix ms; null for as long as the user is asked about it. */
      readonly until: number | null;
      readonly now: number;
    }
  | { readonly type: 'order-taken-back'; readonly id: string; readonly now: number }
  /** From now on the server is asked; what it cannot be asked any more is a failure. */
  | { readonly type: 'order-begun'; readonly id: string; readonly now: number }
  | { readonly type: 'order-asks'; readonly id: string; readonly taskId: string; readonly now: number }
  /** What became of one task: `failure` is null when it is as was asked. */
  | {
      readonly type: 'order-answered';
      readonly id: string;
      readonly taskId: string;
      readonly failure: Failure | null;
      readonly now: number;
    }
  | { readonly type: 'order-ended'; readonly id: string; readonly now: number }
  | { readonly type: 'removed'; readonly taskId: string; readonly now: number }
  | {
      readonly type: 'creation-begun';
      readonly key: string;
      readonly prompt: string;
      /** The prompt alone when missing. */
      readonly sent?: Sent;
      readonly now: number;
    }
  | { readonly type: 'created'; readonly key: string; readonly task: Task; readonly now: number }
  /** What was written is a form and a draft again, with what is wrong with it. */
  | {
      readonly type: 'creation-refused';
      readonly key: string;
      readonly faults?: Faults;
      readonly now: number;
    }
  | { readonly type: 'templates-arrived'; readonly templates: readonly Template[] }
  | { readonly type: 'offer-arrived'; readonly versionId: string; readonly offer: Offer }
  | { readonly type: 'form-changed'; readonly change: Partial<Form> }
  | { readonly type: 'choice-used'; readonly choice: LastChoice }
  | { readonly type: 'finder-loaded'; readonly find: Find }
  // Messages on their way
  | { readonly type: 'delivery-begun'; readonly delivery: DeliveryEntry }
  | { readonly type: 'delivery-changed'; readonly delivery: DeliveryEntry }
  /** All of them, as they are kept on disk. */
  | { readonly type: 'deliveries-read'; readonly deliveries: readonly DeliveryEntry[] }
  | { readonly type: 'delivery-ended'; readonly id: string }
  // Writing
  | {
      readonly type: 'draft-edited';
      readonly key: string;
      readonly buffer: EditBuffer;
      readonly recall?: Recall;
    }
  /** A text that could not be delivered stands before whatever has been written since. */
  | { readonly type: 'draft-returned'; readonly key: string; readonly text: string }
  /** What was there when taskdeck was left; what has been typed meanwhile is newer. */
  | {
      readonly type: 'remembered';
      readonly drafts: ReadonlyMap<string, EditBuffer>;
      readonly history: readonly string[];
      readonly selected: string | null;
      readonly reading?: Reading;
      readonly seen?: ReadonlyMap<string, string>;
      readonly sort?: Sort;
      readonly view?: KeptView;
      readonly places?: ReadonlyMap<string, KeptPlace>;
      readonly scope?: Scope;
      readonly form?: Form;
      readonly lastChoice?: LastChoice | null;
    }
  | { readonly type: 'prompt-used'; readonly text: string }
  | { readonly type: 'prompt-searched'; readonly search: HistorySearch | null }
  | { readonly type: 'prefixed'; readonly prefix: string | null }
  // Looking
  | { readonly type: 'selected'; readonly taskId: string | null }
  | { readonly type: 'focused'; readonly pane: Pane }
  | { readonly type: 'filtered'; readonly filter: string }
  /** The selected task has been looked at, and is until another one is selected; null: nobody looks any more. */
  | { readonly type: 'watched'; readonly taskId: string | null }
  | { readonly type: 'sorted'; readonly sort: Sort }
  /** These tasks are marked from now on, and no others. */
  | { readonly type: 'marked'; readonly marked: ReadonlySet<string> }
  /** Whether only the tasks are shown that need the user. */
  | { readonly type: 'needing-shown'; readonly on: boolean }
  /** The user comes back to the screen, or asks for all anew: the rows are put in order, and again by the next answer. */
  | { readonly type: 'returned' }
  | { readonly type: 'overlay-opened'; readonly overlay: Overlay }
  | { readonly type: 'overlay-closed' }
  | { readonly type: 'composing'; readonly composing: View['composing'] }
  /** The prompt bar changes what this task begins with; null: it writes messages again. */
  | { readonly type: 'rewriting'; readonly taskId: string | null }
  /** What is written goes to all marked tasks, or not, until the prompt is left. */
  | { readonly type: 'addressed'; readonly toMarked: boolean }
  | { readonly type: 'scrolled'; readonly taskId: string; readonly anchor: Anchor | null }
  | { readonly type: 'markdown-loaded'; readonly read: ProseReader }
  | { readonly type: 'reading-changed'; readonly change: Partial<Reading> }
  | { readonly type: 'pointed'; readonly at: Pointed | null }
  | { readonly type: 'searched'; readonly search: Search | null }
  | { readonly type: 'zoomed'; readonly on: boolean }
  | { readonly type: 'moved-sideways'; readonly column: number }
  | { readonly type: 'noticed'; readonly notice: Notice | null }
  /** Something went wrong that nobody asked for: it is told when what stands there has been read. */
  | { readonly type: 'trouble-told'; readonly text: string; readonly now: number }
  /** That is over. */
  | { readonly type: 'trouble-over'; readonly text: string };
