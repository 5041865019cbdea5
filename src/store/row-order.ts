import { type SortKey, sortableRow, sortedIds, stableOrder } from '../domain/row-order.ts';
import { needsAttentionIn, phaseIn, taskById } from './selectors.ts';
import type { State } from './state.ts';

/** The rows are sorted when the terminal window gets the focus back after at least this long, ms. */
export const AWAY_MS = 30_000;

/** Updates the row order after the tasks have changed. Known rows stay in place unless a reorder is pending. */
export function updateRowOrder(state: State): State {
  if (state.reorderPending) return sortRows(state);
  const rowOrder = stableOrder(
    state.rowOrder,
    state.tasks.map(({ id }) => id),
    (id) => state.createdAtById.has(id),
  );
  return rowOrder === state.rowOrder ? state : { ...state, rowOrder };
}

/** Sorts the rows; call it only at a moment that the user chooses. */
export function sortRows(state: State, sort: SortKey = state.view.sort): State {
  const rowOrder = sortedIds(
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
    rowOrder,
    view: {
      ...state.view,
      sort,
      needsAttentionIds: needsAttentionIds === null ? null : currentNeedsAttentionIds({ ...state, rowOrder }),
    },
  };
}

/** The tasks that need attention, and the selected one, in row order. */
const currentNeedsAttentionIds = (state: State): readonly string[] =>
  state.rowOrder.filter((id) => isInAttentionList(state, id));

/** True for a task that needs attention, and for the selected one. */
function isInAttentionList(state: State, id: string): boolean {
  if (id === state.view.selected) return true;
  const task = taskById(state, id);
  return task !== null && needsAttentionIn(state, task);
}

const withNeedsAttentionIds = (
  state: State,
  needsAttentionIds: State['view']['needsAttentionIds'],
): State => ({
  ...state,
  view: { ...state.view, needsAttentionIds },
});

/** Shows only tasks that need attention, or all. */
export function setAttentionFilter(state: State, on: boolean): State {
  const unselected = { ...state, view: { ...state.view, selected: null } };
  return withNeedsAttentionIds(state, on ? currentNeedsAttentionIds(unselected) : null);
}

/**
 * Appends tasks that begin to need attention while the attention filter is on. Handled tasks stay until `dropHandled`,
 * so that no row disappears while the user looks at it.
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
  const ids = [...needsAttentionIds, ...added];
  return {
    ...after,
    view: { ...after.view, needsAttentionIds: ids, selected: selected ?? ids[0] ?? null },
  };
}

/** Removes handled tasks from the attention filter after the selection has moved. */
export function dropHandled(state: State): State {
  const { needsAttentionIds } = state.view;
  if (needsAttentionIds === null || needsAttentionIds.every((id) => isInAttentionList(state, id)))
    return state;
  return withNeedsAttentionIds(
    state,
    needsAttentionIds.filter((id) => isInAttentionList(state, id)),
  );
}
