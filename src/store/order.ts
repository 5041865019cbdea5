import { keptOrder, rankedTask, type Sort, sorted } from '../domain/order.ts';
import { needsYouIn, phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

/** Who comes back after this long has not looked at the rows and finds them in order; ms. */
export const AWAY_MS = 30_000;

/** Where the rows stand now that the tasks are others. */
export function orderRows(state: State): State {
  if (state.orderDue) return sortRows(state);
  const order = keptOrder(
    state.order,
    state.tasks.map(({ id }) => id),
    (id) => state.made.has(id),
  );
  return order === state.order ? state : { ...state, order };
}

/** Puts the rows in order, at a moment that the user chose. */
export function sortRows(state: State, sort: Sort = state.view.sort): State {
  const order = sorted(
    state.tasks.map((task) =>
      rankedTask(task, { now: state.now, phase: phaseIn(state, task), needsYou: needsYouIn(state, task) }),
    ),
    sort,
  );
  const { needing } = state.view;
  return {
    ...state,
    order,
    view: { ...state.view, sort, needing: needing === null ? null : needingNow({ ...state, order }) },
  };
}

/** Those that need the user now, and the selected one, in the order of all. */
const needingNow = (state: State): readonly string[] => state.order.filter((id) => belongs(state, id));

/** Whether a task is among those that need the user: it does, or it is what the user is at. */
function belongs(state: State, id: string): boolean {
  if (id === state.view.selected) return true;
  const task = taskById(state, id);
  return task !== null && needsYouIn(state, task);
}

const withNeeding = (state: State, needing: State['view']['needing']): State => ({
  ...state,
  view: { ...state.view, needing },
});

/** Shows only the tasks that need the user, or all again. */
export function showNeeding(state: State, on: boolean): State {
  const unselected = { ...state, view: { ...state.view, selected: null } };
  return withNeeding(state, on ? needingNow(unselected) : null);
}

/**
 * While only those that need the user are shown, one that begins to comes last. One that was answered stays until the
 * user moves on from it: no row goes away under the eye.
 */
export function admitNeeding(before: State, after: State): State {
  const { needing, selected } = after.view;
  if (needing === null) return after;
  const isSame =
    before.tasks === after.tasks &&
    before.asked === after.asked &&
    before.seen === after.seen &&
    before.now === after.now &&
    (selected === null || needing.includes(selected));
  if (isSame) return after;
  const known = new Set(needing);
  const added = needingNow(after).filter((id) => !known.has(id));
  if (added.length === 0) return after;
  const shown = [...needing, ...added];
  return { ...after, view: { ...after.view, needing: shown, selected: selected ?? shown[0] ?? null } };
}

/** The user moved on: what needs nobody any more leaves the tasks that need the user. */
export function leaveHandled(state: State): State {
  const { needing } = state.view;
  if (needing === null || needing.every((id) => belongs(state, id))) return state;
  return withNeeding(
    state,
    needing.filter((id) => belongs(state, id)),
  );
}
