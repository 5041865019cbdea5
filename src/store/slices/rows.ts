import {
  DEFAULT_SORT,
  pinOrderOf,
  type SortKey,
  sortableRow,
  sortedIds,
  stableOrder,
} from '../../domain/row-order.ts';
import type { Task } from '../../domain/task.ts';
import type { Grouping } from '../../domain/task-group.ts';
import { familiesIn } from '../families.ts';
import { haveSameIds, taskById } from '../task-index.ts';
import { type ActionsState, phaseIn } from './actions.ts';
import { type AttentionState, needsAttentionIn } from './attention.ts';
import {
  type GroupKeys,
  type GroupsView,
  groupKeysOf,
  INITIAL_GROUPS,
  NO_GROUP_KEYS,
  withCollapsed,
} from './row-groups.ts';
import type { ScreenState } from './screen.ts';
import type { Change, SliceReducer } from './slice.ts';
import type { TasksState } from './tasks.ts';

/** The rows of the list: which, in which order, selected and marked. */
export interface RowsState {
  /** The ids of all tasks in row order. Known rows move only at a moment that the user chooses. */
  readonly rowOrder: readonly string[];
  /**
   * Empty without groups. Like the order, they change only when rows may move: a task whose phase changes stays in its group
   * until then.
   */
  readonly groupKeys: GroupKeys;
  /** Whether the next response sorts the rows. */
  readonly reorderPending: boolean;
  /** Marked tasks that are not listed. No key acts on them; they become marked when they are listed again. */
  readonly parkedMarks: ReadonlySet<string>;
  readonly view: GroupsView & {
    readonly selected: string | null;
    /** See `parseTaskQuery`; empty shows all tasks. */
    readonly filter: string;
    readonly sort: SortKey;
    readonly sortReversed: boolean;
    /** Ids of the marked tasks; all of them are listed. */
    readonly marked: ReadonlySet<string>;
    /** The range that the user marked last. It can grow and shrink while its marks and its end are those of the view. */
    readonly markRange: MarkRange | null;
    /** Ids of the tasks that need attention, in row order, while the attention filter is on; else null. */
    readonly needsAttentionIds: readonly string[] | null;
    /** The ids of tasks whose sub-agents have rows of their own. */
    readonly unfolded: ReadonlySet<string>;
  };
}

/** Marks from one row to another. */
interface MarkRange {
  /** The task on which it began, and the one at its moving end. */
  readonly anchor: string;
  readonly head: string;
  /** The marks before it, and with it. */
  readonly before: ReadonlySet<string>;
  readonly marked: ReadonlySet<string>;
}

export const INITIAL_ROWS: RowsState = {
  rowOrder: [],
  groupKeys: NO_GROUP_KEYS,
  reorderPending: true,
  parkedMarks: new Set(),
  view: {
    ...INITIAL_GROUPS,
    selected: null,
    filter: '',
    sort: DEFAULT_SORT,
    sortReversed: false,
    marked: new Set(),
    markRange: null,
    needsAttentionIds: null,
    unfolded: new Set(),
  },
};

export type RowsEvent =
  | { readonly type: 'task-selected'; readonly taskId: string | null }
  | { readonly type: 'filter-changed'; readonly filter: string }
  /** `isReversed`: false when missing. */
  | { readonly type: 'sort-changed'; readonly sort: SortKey; readonly isReversed?: boolean }
  | { readonly type: 'grouping-changed'; readonly grouping: Grouping }
  | { readonly type: 'groups-collapsed'; readonly keys: readonly string[]; readonly isCollapsed: boolean }
  /** Selects the heading of a collapsed group instead of a task. */
  | { readonly type: 'group-selected'; readonly key: string }
  | { readonly type: 'marks-changed'; readonly marked: ReadonlySet<string> }
  | { readonly type: 'range-marked'; readonly range: MarkRange }
  | { readonly type: 'attention-filter-changed'; readonly on: boolean }
  /** Gives the sub-agents of a task rows of their own, or none. */
  | { readonly type: 'fold-changed'; readonly taskId: string; readonly isUnfolded: boolean }
  /** Sorts the rows now, and again with the next response. */
  | { readonly type: 'reorder-requested' };

/** The rows are sorted when the terminal window gets the focus back after at least this long, ms. */
export const AWAY_MS = 30_000;

type Reads = TasksState & ActionsState & AttentionState & Pick<ScreenState, 'now'>;
type RowsInputs = RowsState & Reads;

export const rowsReducer = {
  'task-selected': (state, { taskId }) =>
    state.view.selected === taskId ? {} : { view: { selected: taskId, ...dropHandled(state, taskId) } },
  'filter-changed': ({ view }, { filter }) => ({
    view: { filter, ...(filter !== view.filter && { collapsedInFilter: new Set() }) },
  }),
  'sort-changed': (state, { sort, isReversed = false }) =>
    sortRows(state, { sort, sortReversed: isReversed }),
  'grouping-changed': (state, { grouping }) => sortRows(state, { grouping }),
  'groups-collapsed': ({ view }, { keys, isCollapsed }) => ({ view: withCollapsed(view, keys, isCollapsed) }),
  'group-selected': (state, { key }) => ({
    view: { selected: null, selectedGroup: key, ...dropHandled(state, null) },
  }),
  'marks-changed': (_, { marked }) => ({ view: { marked } }),
  'range-marked': (_, { range }) => ({ view: { marked: range.marked, markRange: range } }),
  'attention-filter-changed': (state, { on }) => setAttentionFilter(state, on),
  'fold-changed': ({ view }, { taskId, isUnfolded }) => ({
    view: {
      unfolded: isUnfolded
        ? new Set([...view.unfolded, taskId])
        : view.unfolded.difference(new Set([taskId])),
    },
  }),
  'reorder-requested': (state) => ({ ...sortRows(state), reorderPending: true }),
} satisfies SliceReducer<RowsState, RowsEvent, Reads>;

/** Updates the row order after the tasks have changed. Known rows stay in place unless a reorder is pending. */
export function updateRowOrder(before: Pick<TasksState, 'tasks'>, state: RowsInputs): Change<RowsState> {
  if (state.reorderPending) return sortRows(state);
  if (haveSameIds(before.tasks, state.tasks)) return {};
  return {
    rowOrder: stableOrder(state.rowOrder, presentIds(state), (id) => state.createdAtById.has(id)),
    groupKeys: groupKeysOf(state, state.view.grouping, state.groupKeys),
  };
}

/** The ids of the tasks, new ones sorted: a list with a higher limit adds many. */
function presentIds(state: RowsInputs): readonly string[] {
  const ids = state.tasks.map(({ id }) => id);
  const known = new Set(state.rowOrder);
  const added = state.tasks.filter((_, index) => !known.has(ids[index] ?? ''));
  if (added.length < 2) return ids;
  return [...ids.filter((id) => known.has(id)), ...sortedTaskIds(state, added, state.view)];
}

type RowRules = Pick<RowsState['view'], 'sort' | 'sortReversed' | 'grouping'>;

/** Sorts and groups the rows; call it only at a moment that the user chooses. */
export function sortRows(state: RowsInputs, changes: Partial<RowRules> = {}): Change<RowsState> {
  const { needsAttentionIds, selected, sort, sortReversed, grouping } = { ...state.view, ...changes };
  const rowOrder = sortedTaskIds(state, state.tasks, { sort, sortReversed });
  return {
    rowOrder,
    groupKeys: groupKeysOf(state, grouping),
    view: {
      sort,
      sortReversed,
      grouping,
      needsAttentionIds: needsAttentionIds === null ? null : attentionIds(state, rowOrder, selected),
    },
  };
}

/** The rows with the pinned ones first where the sort puts them first, after a pin of the user; others stay in order. */
export function pinnedRowsFirst(state: RowsInputs): Change<RowsState> {
  if (state.view.sort !== DEFAULT_SORT) return {};
  const rank = new Map<string, number>();
  for (const task of state.tasks) if (pinOrderOf(task) > 0) rank.set(task.id, pinOrderOf(task));
  const last = Number.MAX_SAFE_INTEGER;
  return {
    rowOrder: state.rowOrder.toSorted((one, other) => (rank.get(one) ?? last) - (rank.get(other) ?? last)),
  };
}

function sortedTaskIds(
  state: RowsInputs,
  tasks: readonly Task[],
  { sort, sortReversed }: Pick<RowRules, 'sort' | 'sortReversed'>,
): readonly string[] {
  const needy = rootsThatNeedAttention(state);
  const rows = tasks.map((task) =>
    sortableRow(task, {
      now: state.now,
      phase: phaseIn(state, task),
      needsYou: needsAttentionIn(state, task) || needy.has(task.id),
    }),
  );
  return sortedIds(rows, sort, sortReversed);
}

/** The ids of tasks with a sub-agent that needs attention. */
function rootsThatNeedAttention(state: RowsInputs): ReadonlySet<string> {
  const needy = new Set<string>();
  for (const [id, root] of familiesIn(state.tasks).rootIds)
    if (needsAttentionById(state, id)) needy.add(root);
  return needy;
}

/** The tasks that need attention, and the selected one, in row order. */
const attentionIds = (
  state: RowsInputs,
  rowOrder: readonly string[],
  selected: string | null,
): readonly string[] => rowOrder.filter((id) => id === selected || needsAttentionById(state, id));

function needsAttentionById(state: RowsInputs, id: string): boolean {
  const task = taskById(state, id);
  return task !== null && needsAttentionIn(state, task);
}

/** Shows only tasks that need attention, or all. */
export const setAttentionFilter = (state: RowsInputs, on: boolean): Change<RowsState> => ({
  view: {
    needsAttentionIds: on ? attentionIds(state, state.rowOrder, null) : null,
    collapsedInFilter: new Set(),
  },
});

/**
 * Appends tasks that begin to need attention while the attention filter is on. Handled tasks stay until `dropHandled`,
 * so that no row disappears while the user looks at it.
 */
export function addNewlyNeeding(before: Reads, after: RowsInputs): Change<RowsState> {
  const { needsAttentionIds, selected } = after.view;
  if (needsAttentionIds === null) return {};
  const isSame =
    before.tasks === after.tasks &&
    before.pendingChanges === after.pendingChanges &&
    before.seenFingerprints === after.seenFingerprints &&
    before.now === after.now &&
    (selected === null || needsAttentionIds.includes(selected));
  if (isSame) return {};
  const known = new Set(needsAttentionIds);
  const added = attentionIds(after, after.rowOrder, selected).filter((id) => !known.has(id));
  if (added.length === 0) return {};
  const ids = [...needsAttentionIds, ...added];
  const isOnHeading = selected === null && after.view.selectedGroup !== null;
  return { view: { needsAttentionIds: ids, selected: isOnHeading ? null : (selected ?? ids[0] ?? null) } };
}

/** Removes handled tasks from the attention filter when the selection moves. */
function dropHandled(
  state: RowsInputs,
  selected: string | null,
): Pick<RowsState['view'], 'needsAttentionIds'> {
  const { needsAttentionIds } = state.view;
  const stays = (id: string): boolean => id === selected || needsAttentionById(state, id);
  return {
    needsAttentionIds: needsAttentionIds?.every(stays)
      ? needsAttentionIds
      : (needsAttentionIds?.filter(stays) ?? null),
  };
}

/** Marks these tasks, of which some may not be listed. */
export const addMarks = (state: RowsState & TasksState, ids: readonly string[]): Change<RowsState> =>
  parkMarks(state, [...state.view.marked, ...ids]);

/** Keeps only marks of listed tasks in the view, so that keys act on visible tasks; parks the others. */
export function parkMarks(
  state: RowsState & TasksState,
  marked: Iterable<string> = state.view.marked,
): Change<RowsState> {
  const all = [...new Set([...marked, ...state.parkedMarks])];
  const isListed = (id: string): boolean => taskById(state, id) !== null;
  return {
    parkedMarks: sameOrNew(
      state.parkedMarks,
      all.filter((id) => !isListed(id)),
    ),
    view: { marked: sameOrNew(state.view.marked, all.filter(isListed)) },
  };
}

/** Unmarks these tasks. */
export function withoutMarks(
  { parkedMarks, view }: RowsState,
  isUnwanted: (id: string) => boolean,
): Change<RowsState> {
  return {
    parkedMarks: sameOrNew(
      parkedMarks,
      [...parkedMarks].filter((id) => !isUnwanted(id)),
    ),
    view: {
      marked: sameOrNew(
        view.marked,
        [...view.marked].filter((id) => !isUnwanted(id)),
      ),
    },
  };
}

const sameOrNew = (before: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> =>
  ids.length === before.size && ids.every((id) => before.has(id)) ? before : new Set(ids);
