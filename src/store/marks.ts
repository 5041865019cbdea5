import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { rowIndexById, selectedTask } from './selectors.ts';
import type { State } from './state.ts';
import { taskById } from './task-index.ts';

/** In row order; tasks that the filter hides come last. */
export const markedTasks = (state: State): readonly Task[] =>
  inRowOrder(state.view.marked, rowIndexById(state), state.tasks);

const inRowOrder = memoize(
  (marked: ReadonlySet<string>, rows: ReadonlyMap<string, number>, tasks: readonly Task[]): readonly Task[] =>
    firstMarkedOf(marked, rows, tasks, marked.size),
);

/** The first `limit` of `markedTasks`. */
export const firstMarked = (state: State, limit: number): readonly Task[] =>
  firstMarkedOf(state.view.marked, rowIndexById(state), state.tasks, limit);

/** Stops at the limit and does not sort, since it runs for each key that marks a task. */
function firstMarkedOf(
  marked: ReadonlySet<string>,
  rows: ReadonlyMap<string, number>,
  tasks: readonly Task[],
  limit: number,
): readonly Task[] {
  const found: Task[] = [];
  const add = (id: string): void => {
    const task = taskById({ tasks }, id);
    if (task !== null) found.push(task);
  };
  for (const id of rows.keys()) {
    if (found.length === limit) return found;
    if (marked.has(id)) add(id);
  }
  for (const id of marked) {
    if (found.length === limit) return found;
    if (!rows.has(id)) add(id);
  }
  return found;
}

/** The tasks on which a key acts: the marked ones, or the selected one. */
export function markedOrSelected(state: State): readonly Task[] {
  if (state.view.marked.size > 0) return markedTasks(state);
  const task = selectedTask(state);
  return task === null ? [] : [task];
}

/** The ids of `markedTasks`, in the same order. */
export const markedIds = (state: State): readonly string[] => idsOf(markedTasks(state));

const idsOf = memoize((tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id));

/** The number of marked tasks that the filter hides. */
export const hiddenMarks = (state: State): number => countHidden(state.view.marked, rowIndexById(state));

const countHidden = memoize((marked: ReadonlySet<string>, rows: ReadonlyMap<string, number>): number => {
  let hidden = 0;
  for (const id of marked) if (!rows.has(id)) hidden++;
  return hidden;
});

/** `5 marked, 2 hidden`; empty without marks. */
export function markCountWords(state: State): string {
  const { size } = state.view.marked;
  if (size === 0) return '';
  const hidden = hiddenMarks(state);
  return hidden === 0 ? `${size} marked` : `${size} marked, ${hidden} hidden`;
}
