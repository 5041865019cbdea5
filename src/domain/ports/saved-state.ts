import type { LastChoice, TaskForm } from '../new-task.ts';
import type { OwnerScope } from '../owner-scope.ts';
import type { SortKey } from '../row-order.ts';
import type { SavedScrollPosition, SavedViewState } from '../saved-layout.ts';
import type { Task } from '../task.ts';
import type { TranscriptOptions } from '../transcript-options.ts';

/** What taskdeck remembers about one deployment. Every write is small and done when the call returns. */
export interface SavedState {
  /** Prompts that were typed and not sent, by task id; `new` is the one for a new task. */
  drafts(): ReadonlyMap<string, string>;
  /** An empty text forgets the draft. False when it could not be written. */
  saveDraft(key: string, text: string): boolean;
  /** Prompts that were sent, newest last, at most 1,000. */
  promptHistory(): readonly string[];
  /** Blank prompts, and one that equals the last, are not added. False when it could not be written. */
  addPrompt(prompt: string): boolean;
  /** The tasks of a scope as they were last seen, the user's own when it is missing; `at` is Unix time in ms. */
  savedList(scope?: OwnerScope): SavedList | null;
  /**
   * Writes the whole list of a scope: call it when the list changed, and not more than every few seconds. Of single
   * owners the last one is kept. False when it could not be written.
   */
  saveList(tasks: readonly Task[], at: number, scope?: OwnerScope): boolean;
  /** What there was to be seen of tasks when they were last looked at, by task id. */
  seenFingerprints(): ReadonlyMap<string, string>;
  /** Adds these; what is known of other tasks stays. False when they could not be written. */
  saveSeen(fingerprints: ReadonlyMap<string, string>): boolean;
  layout(): SavedLayout;
  /** False when it could not be written. */
  saveLayout(layout: SavedLayout): boolean;
}

export interface SavedList {
  readonly tasks: readonly Task[];
  /** Unix time in ms. */
  readonly at: number;
}

/** What the screen looked like when it was left. */
export interface SavedLayout {
  readonly selectedTask: string | null;
  /** As usual when missing. */
  readonly reading?: TranscriptOptions;
  /** The first of them when missing. */
  readonly sort?: SortKey;
  /** The list, with all tasks, when missing. */
  readonly view?: SavedViewState;
  /** Where transcripts are scrolled to, by task id; the end of those that are missing. */
  readonly places?: ReadonlyMap<string, SavedScrollPosition>;
  /** Whose tasks were listed; the user's own when missing. */
  readonly scope?: OwnerScope;
  /** A new task that was being written; its prompt is a draft. */
  readonly form?: TaskForm;
  readonly lastChoice?: LastChoice;
}
