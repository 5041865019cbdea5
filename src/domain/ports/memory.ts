import type { KeptPlace, KeptView } from '../kept-layout.ts';
import type { LastChoice, TaskForm } from '../new-task.ts';
import type { Sort } from '../order.ts';
import type { Reading } from '../reading.ts';
import type { Scope } from '../scope.ts';
import type { Task } from '../task.ts';

/** What taskdeck remembers about one deployment. Every write is small and done when the call returns. */
export interface Memory {
  /** Prompts that were typed and not sent, by task id; `new` is the one for a new task. */
  drafts(): ReadonlyMap<string, string>;
  /** An empty text forgets the draft. False when it could not be written. */
  saveDraft(key: string, text: string): boolean;
  /** Prompts that were sent, newest last, at most 1,000. */
  history(): readonly string[];
  /** Blank prompts, and one that equals the last, are not added. False when it could not be written. */
  remember(prompt: string): boolean;
  /** The tasks of a scope as they were last seen, the user's own when it is missing; `at` is Unix time in ms. */
  lastList(scope?: Scope): LastList | null;
  /**
   * Writes the whole list of a scope: call it when the list changed, and not more than every few seconds. Of single
   * owners the last one is kept. False when it could not be written.
   */
  saveList(tasks: readonly Task[], at: number, scope?: Scope): boolean;
  /** What there was to be seen of tasks when they were last looked at, by task id. */
  seen(): ReadonlyMap<string, string>;
  /** Adds these; what is known of other tasks stays. False when they could not be written. */
  saveSeen(sights: ReadonlyMap<string, string>): boolean;
  layout(): Layout;
  /** False when it could not be written. */
  saveLayout(layout: Layout): boolean;
}

export interface LastList {
  readonly tasks: readonly Task[];
  /** Unix time in ms. */
  readonly at: number;
}

/** What the screen looked like when it was left. */
export interface Layout {
  readonly selectedTask: string | null;
  /** As usual when missing. */
  readonly reading?: Reading;
  /** The first of them when missing. */
  readonly sort?: Sort;
  /** The list, with all tasks, when missing. */
  readonly view?: KeptView;
  /** Where transcripts are scrolled to, by task id; the end of those that are missing. */
  readonly places?: ReadonlyMap<string, KeptPlace>;
  /** Whose tasks were listed; the user's own when missing. */
  readonly scope?: Scope;
  /** A new task that was being written; its prompt is a draft. */
  readonly form?: TaskForm;
  readonly lastChoice?: LastChoice;
}
