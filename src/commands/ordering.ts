import { sortAfter } from '../domain/order.ts';
import type { Command } from './command.ts';

/** Which tasks are shown, and in which order. */
export const orderingCommands: readonly Command[] = [
  {
    id: 'only-those-that-need-you',
    title: 'Only tasks that need you, or all again',
    // Shown while it is the way back.
    hint: 'all tasks',
    shortHint: 'all',
    keys: ['!'],
    scope: 'panes',
    enabled: ({ tasks, view }) =>
      tasks.length > 0 || view.needing !== null || 'There are no tasks to choose from yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'needing-shown', on: view.needing === null });
    },
  },
  {
    id: 'sort',
    title: 'Sort by activity, name, age or phase',
    keys: ['s'],
    scope: 'panes',
    enabled: ({ tasks }) => tasks.length > 0 || 'There are no tasks to sort yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'sorted', sort: sortAfter(view.sort) });
    },
  },
];
