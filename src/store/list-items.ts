import type { Task } from '../domain/task.ts';
import { groupLabel, groupValue } from '../domain/task-group.ts';
import { shortPath } from '../domain/text/short-path.ts';
import { cacheInTime, memoize } from './memoize.ts';
import type { RowGroup } from './row-groups.ts';
import { phasesStableUntil, rowGroups, selectedIndex, visibleTasks } from './selectors.ts';
import { collapsedGroups } from './slices/row-groups.ts';
import type { State } from './state.ts';
import { taskById } from './task-index.ts';
import { taskStatus } from './task-status.ts';

/** The heading of a group of tasks. It has one line, also where the rows of tasks have two. */
export interface GroupHeading {
  readonly kind: 'group';
  /** Stays the same while tasks come and go, such as `phase working`. */
  readonly key: string;
  /** Untrusted text. */
  readonly label: string;
  /** The tasks of the group, collapsed or not; sub-agents do not count. */
  readonly count: number;
  /** The rows of the group that need the user, sub-agents included. */
  readonly needYou: number;
  /** Of a group by phase: the tasks whose phase is another one by now. They move when rows may move. */
  readonly moved: number;
  readonly isCollapsed: boolean;
}

/** A row of the list. */
export type ListItem = Task | GroupHeading;

export const isHeading = (item: ListItem): item is GroupHeading => 'kind' in item && item.kind === 'group';

/** The rows of the list. Without groups, the very array of `visibleTasks`. */
export function listItems(state: State): readonly ListItem[] {
  const groups = rowGroups(state);
  return groups === null
    ? visibleTasks(state)
    : itemsOf(
        visibleTasks(state),
        groups,
        collapsedGroups(state.view),
        groupTotals(state, groups),
        state.deployment.home,
      );
}

const itemsOf = memoize(
  (
    tasks: readonly Task[],
    groups: readonly RowGroup[],
    collapsed: ReadonlySet<string>,
    totals: ReadonlyMap<string, GroupTotals>,
    home: string | undefined,
  ): readonly ListItem[] => {
    const items: ListItem[] = [];
    let next = 0;
    for (const { key, ids, count } of groups) {
      const isCollapsed = collapsed.has(key);
      const { needYou, moved } = totals.get(key) ?? NO_TOTALS;
      const label = key.startsWith('directory ')
        ? shortPath(groupLabel(key), home, MAX_PATH)
        : groupLabel(key);
      items.push({ kind: 'group', key, label, count, needYou, moved, isCollapsed });
      if (isCollapsed) continue;
      for (const task of tasks.slice(next, next + ids.length)) items.push(task);
      next += ids.length;
    }
    return items;
  },
);

/** The longest label of a directory, in columns. */
const MAX_PATH = 200;

type GroupTotals = Pick<GroupHeading, 'needYou' | 'moved'>;

const NO_TOTALS: GroupTotals = { needYou: 0, moved: 0 };

/** By the keys of the groups. Counts again only when a phase can have changed, not after each poll. */
const groupTotals = (state: State, groups: readonly RowGroup[]): ReadonlyMap<string, GroupTotals> =>
  totalsInTime(
    groups,
    state.tasks,
    state.pendingChanges,
    state.seenFingerprints,
  )(state.now, () => ({
    result: new Map(groups.map((group) => [group.key, totalsOf(state, group)])),
    until: phasesStableUntil(state),
  }));

const totalsInTime = memoize(
  (
    _groups: readonly RowGroup[],
    _tasks: State['tasks'],
    _pendingChanges: State['pendingChanges'],
    _seenFingerprints: State['seenFingerprints'],
  ) => cacheInTime<ReadonlyMap<string, GroupTotals>>(),
);

function totalsOf(state: State, { key, ids }: RowGroup): GroupTotals {
  const phase = key.startsWith('phase ') ? groupValue(key) : null;
  let needYou = 0;
  let moved = 0;
  for (const id of ids) {
    const task = taskById(state, id);
    if (task === null) continue;
    const status = taskStatus(state, task);
    if (status.needsYou) needYou++;
    if (phase !== null && status.phase !== phase && state.groupKeys.get(id) === key) moved++;
  }
  return { needYou, moved };
}

/** The key of the group whose heading is selected; null while a task is, and when the group has rows or is gone. */
export function selectedGroup(state: State): string | null {
  const { selected, selectedGroup: key } = state.view;
  if (selected !== null || key === null || !collapsedGroups(state.view).has(key)) return null;
  return rowGroups(state)?.some((group) => group.key === key) ? key : null;
}

/** Whether the item has the selection. */
export const isSelected = (state: State, item: ListItem): boolean =>
  isHeading(item) ? item.isCollapsed && item.key === selectedGroup(state) : item.id === state.view.selected;

/** The index of the selected item in `listItems`; -1 when it has none. */
export const selectedItemIndex = (state: State): number =>
  rowGroups(state) === null
    ? selectedIndex(state)
    : listItems(state).findIndex((item) => isSelected(state, item));

/** The items on which the selection can be: tasks, and the headings of collapsed groups. */
export const selectableItems = (state: State): readonly ListItem[] => selectableOf(listItems(state));

const selectableOf = memoize((items: readonly ListItem[]): readonly ListItem[] =>
  items.some(isHeading) ? items.filter((item) => !isHeading(item) || item.isCollapsed) : items,
);

/** The heading with the selection; null while a task has it. */
export function selectedHeading(state: State): GroupHeading | null {
  const key = selectedGroup(state);
  if (key === null) return null;
  return (
    listItems(state)
      .filter(isHeading)
      .find((heading) => heading.key === key) ?? null
  );
}
