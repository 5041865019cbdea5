import type { Task } from '../domain/task.ts';
import { memoize } from './memoize.ts';
import { rowIndexById, taskById } from './selectors.ts';
import type { State } from './state.ts';
import type { ViewState } from './view-state.ts';

/** The marked tasks in the order of their rows; those that the filter hides come last. */
export const markedTasks = (state: State): readonly Task[] =>
  inRowOrder(state.view.marked, rowIndexById(state), state.tasks);

const inRowOrder = memoize(
  (marked: ReadonlySet<string>, rows: ReadonlyMap<string, number>, tasks: readonly Task[]): readonly Task[] =>
    firstMarkedOf(marked, rows, tasks, marked.size),
);

/** The first of them, at most so many: what a line has room to name. */
export const firstMarked = (state: State, most: number): readonly Task[] =>
  firstMarkedOf(state.view.marked, rowIndexById(state), state.tasks, most);

/** Without sorting, and no further than needed: each key that marks one of many asks for them anew. */
function firstMarkedOf(
  marked: ReadonlySet<string>,
  rows: ReadonlyMap<string, number>,
  tasks: readonly Task[],
  most: number,
): readonly Task[] {
  const found: Task[] = [];
  const add = (id: string): void => {
    const task = taskById({ tasks }, id);
    if (task !== null) found.push(task);
  };
  for (const id of rows.keys()) {
    if (found.length === most) return found;
    if (marked.has(id)) add(id);
  }
  for (const id of marked) {
    if (found.length === most) return found;
    if (!rows.has(id)) add(id);
  }
  return found;
}

/** Their ids, in the same order. */
export const markedIds = (state: State): readonly string[] => idsOf(markedTasks(state));

const idsOf = memoize((tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id));

/** How many tasks are marked and have no row at the moment. Worked out when either changes, not with every drawing. */
export const hiddenMarks = (state: State): number => countHidden(state.view.marked, rowIndexById(state));

const countHidden = memoize((marked: ReadonlySet<string>, rows: ReadonlyMap<string, number>): number => {
  let hidden = 0;
  for (const id of marked) if (!rows.has(id)) hidden++;
  return hidden;
});

/** How many tasks are marked, and how many of them nobody sees; empty when none is. */
export function markCountWords(state: State): string {
  const { size } = state.view.marked;
  if (size === 0) return '';
  const hidden = hiddenMarks(state);
  return hidden === 0 ? `${size} marked` : `${size} marked, ${hidden} hidden`;
}

/** The view without the marks of tasks that are gone. */
export function withoutGoneMarks(view: ViewState, isGone: (id: string) => boolean): ViewState {
  const marked = withoutIds(view.marked, isGone);
  return marked === view.marked ? view : { ...view, marked };
}

/** The same set when it holds none of them. */
export function withoutIds(
  ids: ReadonlySet<string>,
  isUnwanted: (id: string) => boolean,
): ReadonlySet<string> {
  const kept = [...ids].filter((id) => !isUnwanted(id));
  return kept.length === ids.size ? ids : new Set(kept);
}

/** Marks are on listed tasks only, so that keys act on what the user can see; those of others wait until these are listed. */
export function parkMarks(state: State): State {
  const { view, parkedMarks } = state;
  if (view.marked.size + parkedMarks.size === 0) return state;
  const all = [...new Set([...view.marked, ...parkedMarks])];
  const listed = all.filter((id) => taskById(state, id) !== null);
  if (listed.length === view.marked.size && listed.every((id) => view.marked.has(id))) return state;
  const isListed = new Set(listed);
  const aside = all.filter((id) => !isListed.has(id));
  return { ...state, parkedMarks: new Set(aside), view: { ...view, marked: isListed } };
}
