import type { Task } from '../../domain/task.ts';
import { DEFAULT_GROUPING, type Grouping, groupKeyOf } from '../../domain/task-group.ts';
import { type ActionsState, phaseIn } from './actions.ts';
import type { ScreenState } from './screen.ts';

/** The keys of the tasks' groups, by task id. */
export type GroupKeys = ReadonlyMap<string, string>;

export const NO_GROUP_KEYS: GroupKeys = new Map();

/** How the rows are grouped. A part of the view of `RowsState`. */
export interface GroupsView {
  readonly grouping: Grouping;
  /** The keys of collapsed groups. With a filter others are: each new filter shows its matches in all groups. */
  readonly collapsedGroups: ReadonlySet<string>;
  readonly collapsedInFilter: ReadonlySet<string>;
  /** The key of the collapsed group whose heading is selected. Counts only while no task is selected. */
  readonly selectedGroup: string | null;
}

export const INITIAL_GROUPS: GroupsView = {
  grouping: DEFAULT_GROUPING,
  collapsedGroups: new Set(),
  collapsedInFilter: new Set(),
  selectedGroup: null,
};

type Inputs = Pick<ActionsState, 'pendingChanges'> &
  Pick<ScreenState, 'now'> & { readonly tasks: readonly Task[] };

/** The keys of all tasks; those in `known` stay. */
export function groupKeysOf(state: Inputs, grouping: Grouping, known: GroupKeys = NO_GROUP_KEYS): GroupKeys {
  if (grouping === 'none') return NO_GROUP_KEYS;
  return new Map(
    state.tasks.map((task) => [
      task.id,
      known.get(task.id) ?? groupKeyOf(task, phaseIn(state, task), grouping),
    ]),
  );
}

/** The part of the view that hides tasks. */
type Filters = { readonly filter: string; readonly needsAttentionIds: readonly string[] | null };

const showsSome = ({ filter, needsAttentionIds }: Filters): boolean =>
  filter.trim() !== '' || needsAttentionIds !== null;

/** The keys of the groups without rows. */
export const collapsedGroups = (view: GroupsView & Filters): ReadonlySet<string> =>
  showsSome(view) ? view.collapsedInFilter : view.collapsedGroups;

/** Collapses or expands groups in what the list shows. */
export function withCollapsed(
  view: GroupsView & Filters,
  keys: readonly string[],
  isCollapsed: boolean,
): Partial<GroupsView> {
  const others = collapsedGroups(view).difference(new Set(keys));
  const collapsed = isCollapsed ? new Set([...others, ...keys]) : others;
  return showsSome(view) ? { collapsedInFilter: collapsed } : { collapsedGroups: collapsed };
}
