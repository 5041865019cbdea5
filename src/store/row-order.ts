import { type SortKey, sortableRow, sortedIds, stableOrder } from '../domain/row-order.ts';
import { needsAttentionIn, phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

/** Who comes back after this long has not looked at the rows and finds them in order; ms. */
export const AWAY_MS = 30_000;

/** Where the rows stand now that the tasks are others. */
export function updateRowOrder(state: State): State {
  if (state.reorderPending) return sortRows(state);
  const order = stableOrder(
    state.rowOrder,
    state.tasks.map(({ id }) => id),
    (id) => state.createdAtById.has(id),
  );
  return order === state.rowOrder ? state : { ...state, rowOrder: order };
}

/** Puts the rows in order, at a moment that the user chose. */
export function sortRows(state: State, sort: SortKey = state.view.sort): State {
  const order = sortedIds(
    state.tasks.map((task) =>
      sortableRow(task, {
        now: state.now,
        phase: phaseIn(state, task),
        needsYou: needsAttentionIn(state, task),
      }),
    ),
    sort,
  );
  const { needsAttentionIds } = state.view;
  return {
    ...state,
    rowOrder: order,
    view: {
      ...state.view,
      sort,
      needsAttentionIds:
        needsAttentionIds === null ? null : currentNeedsAttentionIds({ ...state, rowOrder: order }),
    },
  };
}

/** Those that need the user now, and the selected one, in the order of all. */
const currentNeedsAttentionIds = (state: State): readonly string[] =>
  state.rowOrder.filter((id) => isInAttentionList(state, id));

/** Whether a task is among those that need the user: it does, or it is what the user is at. */
function isInAttentionList(state: State, id: string): boolean {
  if (id === state.view.selected) return true;
  const task = taskById(state, id);
  return task !== null && needsAttentionIn(state, task);
}

const withNeedsAttentionIds = (state: State, needing: State['view']['needsAttentionIds']): State => ({
  ...state,
  view: { ...state.view, needsAttentionIds: needing },
});

/** Shows only the tasks that need the user, or all again. */
export function setAttentionFilter(state: State, on: boolean): State {
  const unselected = { ...state, view: { ...state.view, selected: null } };
  return withNeedsAttentionIds(state, on ? currentNeedsAttentionIds(unselected) : null);
}

/**
 * While only those that need the user are shown, one that begins to comes last. One that was answered stays until the
 * user moves on from it: no row goes away under the eye.
 */
export function addNewlyNeeding(before: State, after: State): State {
  const { needsAttentionIds, selected } = after.view;
  if (needsAttentionIds === null) return after;
  const isSame =
    before.tasks === after.tasks &&
    before.pendingChanges === after.pendingChanges &&
    before.seenFingerprints === after.seenFingerprints &&
    before.now === after.now &&
    (selected === null || needsAttentionIds.includes(selected));
  if (isSame) return after;
  const known = new Set(needsAttentionIds);
  const added = currentNeedsAttentionIds(after).filter((id) => !known.has(id));
  if (added.length === 0) return after;
  const shown = [...needsAttentionIds, ...added];
  return {
    ...after,
    view: { ...after.view, needsAttentionIds: shown, selected: selected ?? shown[0] ?? null },
  };
}

/** The user moved on: what needs nobody any more leaves the tasks that need the user. */
export function dropHandled(state: State): State {
  const { needsAttentionIds } = state.view;
  if (needsAttentionIds === null || needsAttentionIds.every((id) => isInAttentionList(state, id)))
    return state;
  return withNeedsAttentionIds(
    state,
    needsAttentionIds.filter((id) => isInAttentionList(state, id)),
  );
}
