import { keyFor } from '../domain/key-placeholder.ts';
import { nextSort } from '../domain/row-order.ts';
import { GROUPINGS, isGrouping } from '../domain/task-group.ts';
import { parseFilter } from '../store/matching-rows.ts';
import { rowGroups } from '../store/selectors.ts';
import { collapsedGroups } from '../store/slices/row-groups.ts';
import type { Command, CommandContext } from './command.ts';

export const sortAndFilterCommands: readonly Command[] = [
  {
    id: 'only-those-that-need-you',
    title: 'Show tasks that need you, or all',
    // The footer shows it only while the list is filtered.
    hint: 'all tasks',
    shortHint: 'all',
    keys: ['!'],
    keyContext: 'panes',
    enabled: ({ tasks, view }) => tasks.length > 0 || view.needsAttentionIds !== null || 'No tasks yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'attention-filter-changed', on: view.needsAttentionIds === null });
    },
  },
  {
    id: 'sort',
    title: 'Sort by activity, name, age, phase',
    keys: ['s'],
    keyContext: 'panes',
    enabled: ({ tasks }) => tasks.length > 0 || 'No tasks yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'sort-changed', sort: nextSort(view.sort) });
    },
  },
  {
    id: 'reverse-sort',
    title: 'Reverse the sort order',
    keys: ['S'],
    keyContext: 'list',
    enabled: ({ tasks }) => tasks.length > 0 || 'No tasks yet.',
    run({ store }) {
      const { sort, sortReversed } = store.getState().view;
      store.dispatch({ type: 'sort-changed', sort, isReversed: !sortReversed });
    },
  },
  {
    id: 'group',
    title: 'Group the tasks',
    hint: 'group',
    keys: ['B'],
    keyContext: 'panes',
    enabled: ({ tasks, view }) => tasks.length > 0 || view.grouping !== 'none' || 'No tasks yet.',
    run: ({ store }) => {
      const { grouping } = store.getState().view;
      const selected = { id: grouping, index: GROUPINGS.indexOf(grouping) };
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'groups', selected } });
    },
  },
  {
    id: 'collapse-all',
    title: 'Collapse or expand all groups',
    keys: [],
    keyContext: 'panes',
    enabled: (state) => rowGroups(state) !== null || `The list has no groups. ${keyFor('group')} makes some.`,
    run({ store }) {
      const state = store.getState();
      const keys = (rowGroups(state) ?? []).map(({ key }) => key);
      const collapsed = collapsedGroups(state.view);
      const isCollapsed = keys.some((key) => !collapsed.has(key));
      store.dispatch({ type: 'groups-collapsed', keys, isCollapsed });
    },
  },
];

/** Groups the list; the choice of the picker. */
export function chooseGrouping({ store }: CommandContext, id: string): void {
  if (isGrouping(id)) store.dispatch({ type: 'overlay-closed' }, { type: 'grouping-changed', grouping: id });
}

/** Closes the filter field. An invalid filter keeps it open and shows the problem in a notice. */
export function confirmFilter({ store, clock }: Pick<CommandContext, 'store' | 'clock'>): void {
  const { problem } = parseFilter(store.getState().view.filter);
  store.dispatch(
    problem === null
      ? { type: 'overlay-closed' }
      : { type: 'notice-changed', notice: { tone: 'plain', text: problem, at: clock.now() } },
  );
}
