import type { Task } from '../domain/task.ts';
import { remember } from './remember.ts';
import { rowsById, taskById } from './selectors.ts';
import type { State, View } from './state.ts';

/** The marked tasks in the order of their rows; those that the filter hides come last. */
export function markedTasks(state: State): readonly Task[] {
  const rows = rowsById(state);
  const rowOf = (id: string): number => rows.get(id) ?? Number.MAX_SAFE_INTEGER;
  return [...state.view.marked]
    .sort((one, other) => rowOf(one) - rowOf(other))
    .map((id) => taskById(state, id))
    .filter((task) => task !== null);
}

/** How many tasks are marked and have no row at the moment. Worked out when either changes, not with every drawing. */
export const hiddenMarks = (state: State): number => withoutRow(state.view.marked, rowsById(state));

const withoutRow = remember((marked: ReadonlySet<string>, rows: ReadonlyMap<string, number>): number => {
  let hidden = 0;
  for (const id of marked) if (!rows.has(id)) hidden++;
  return hidden;
});

/** How many tasks are marked, and how many of them nobody sees; empty when none is. */
export function marksWords(state: State): string {
  const { size } = state.view.marked;
  if (size === 0) return '';
  const hidden = hiddenMarks(state);
  return hidden === 0 ? `${size} marked` : `${size} marked, ${hidden} hidden`;
}

/** The view without the marks of tasks that are gone. */
export function unmarkGone(view: View, isGone: (id: string) => boolean): View {
  const kept = [...view.marked].filter((id) => !isGone(id));
  return kept.length === view.marked.size ? view : { ...view, marked: new Set(kept) };
}
