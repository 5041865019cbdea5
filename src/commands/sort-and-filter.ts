import { nextSort } from '../domain/row-order.ts';
import { parseFilter } from '../store/selectors.ts';
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
];

/** Closes the filter field. An invalid filter keeps it open and shows the problem in a notice. */
export function confirmFilter({ store, clock }: Pick<CommandContext, 'store' | 'clock'>): void {
  const { problem } = parseFilter(store.getState().view.filter);
  store.dispatch(
    problem === null
      ? { type: 'overlay-closed' }
      : { type: 'notice-changed', notice: { tone: 'plain', text: problem, at: clock.now() } },
  );
}
