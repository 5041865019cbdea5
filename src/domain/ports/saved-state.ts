import type { LastChoice, TaskForm } from '../new-task.ts';
import type { OwnFieldsById } from '../own-fields.ts';
import type { OwnerScope } from '../owner-scope.ts';
import type { SortKey } from '../row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../saved-layout.ts';
import type { OwnFields, Task } from '../task.ts';
import type { Grouping } from '../task-group.ts';
import type { TranscriptOptions } from '../transcript-options.ts';

/** The saved state of one deployment. Writes are small and synchronous; they return false when they failed. */
export interface SavedState {
  /** Unsent prompts by task id; `new` is the one for a new task. */
  drafts(): ReadonlyMap<string, string>;
  /** An empty text deletes the draft. */
  saveDraft(key: string, text: string): boolean;
  /** Sent prompts, newest last, at most 1,000. */
  promptHistory(): readonly string[];
  /** Ignores blank prompts and repetitions of the last one. */
  addPrompt(prompt: string): boolean;
  /** The last task list of a scope; the user's own when missing. `at` is Unix ms. */
  savedList(scope?: OwnerScope): SavedList | null;
  /**
   * Writes the whole list of a scope: call it only after changes, and only every few minutes. Of the single owners,
   * only the last one's list is stored. `at` is Unix ms.
   */
  saveList(tasks: readonly Task[], at: number, scope?: OwnerScope): boolean;
  /** The stored sights of tasks (domain/sight.ts), by task id. Times of snoozes are those of the machine, Unix ms. */
  seenFingerprints(): ReadonlyMap<string, string>;
  /** Adds or replaces sights; those of other tasks stay. */
  saveSeen(fingerprints: ReadonlyMap<string, string>): boolean;
  /** Titles and pins of tasks whose server has none. */
  ownFields(): OwnFieldsById;
  /** The same when another process has written since the last call of either; else null. Reads no page then. */
  newOwnFields(): OwnFieldsById | null;
  /** Writes these fields of these tasks; other fields and tasks stay as they are on disk. */
  saveOwnFields(changes: ReadonlyMap<string, Partial<OwnFields>>): boolean;
  layout(): SavedLayout;
  saveLayout(layout: SavedLayout): boolean;
}

export interface SavedList {
  readonly tasks: readonly Task[];
  /** Unix ms. */
  readonly at: number;
}

/** The layout of the screen when taskdeck quit. */
export interface SavedLayout {
  readonly selectedTask: string | null;
  /** The default when missing. */
  readonly reading?: TranscriptOptions;
  /** The default when missing. */
  readonly sort?: SortKey;
  /** False when missing. */
  readonly sortReversed?: boolean;
  /** The default when missing. */
  readonly grouping?: Grouping;
  /** The keys of collapsed groups, of every grouping; none when missing. */
  readonly collapsedGroups?: readonly string[];
  /** The list with all tasks when missing. */
  readonly view?: SavedViewState;
  /** Scroll positions by task id; the end when missing. */
  readonly places?: ReadonlyMap<string, SavedScrollPosition>;
  /** The user's own tasks when missing. */
  readonly scope?: OwnerScope;
  /** The unfinished form of a new task; its prompt is a draft. */
  readonly form?: TaskForm;
  readonly lastChoice?: LastChoice;
}
