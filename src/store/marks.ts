import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { rowIndexById, taskById } from './selectors.ts';
import type { State } from './state.ts';
import type { ViewState } from './view-state.ts';

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

export function withoutGoneMarks(view: ViewState, isGone: (id: string) => boolean): ViewState {
  const marked = withoutIds(view.marked, isGone);
  return marked === view.marked ? view : { ...view, marked };
}

/** Returns the same set when no id is unwanted. */
export function withoutIds(
  ids: ReadonlySet<string>,
  isUnwanted: (id: string) => boolean,
): ReadonlySet<string> {
  const wanted = [...ids].filter((id) => !isUnwanted(id));
  return wanted.length === ids.size ? ids : new Set(wanted);
}

/** Keeps only marks of listed tasks in the view, so that keys act on visible tasks; parks the others. */
export function parkMarks(state: State): State {
  const { view, parkedMarks } = state;
  if (view.marked.size + parkedMarks.size === 0) return state;
  const all = [...new Set([...view.marked, ...parkedMarks])];
  const listed = all.filter((id) => taskById(state, id) !== null);
  if (listed.length === view.marked.size && listed.every((id) => view.marked.has(id))) return state;
  const marked = new Set(listed);
  const parked = all.filter((id) => !marked.has(id));
  return { ...state, parkedMarks: new Set(parked), view: { ...view, marked } };
}
