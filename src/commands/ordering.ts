import { sortAfter } from '../domain/order.ts';
import type { Command } from './command.ts';

/** Which tasks are shown, and in which order. */
export const orderingCommands: readonly Command[] = [
  {
    id: 'only-those-that-need-you',
    title: 'Show tasks that need you, or all',
    // Shown while it is the way back.
    hint: 'all tasks',
    shortHint: 'all',
    keys: ['!'],
    scope: 'panes',
    enabled: ({ tasks, view }) => tasks.length > 0 || view.needing !== null || 'No tasks yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'needing-shown', on: view.needing === null });
    },
  },
  {
    id: 'sort',
    title: 'Sort by activity, name, age, phase',
    keys: ['s'],
    scope: 'panes',
    enabled: ({ tasks }) => tasks.length > 0 || 'No tasks yet.',
    run({ store }) {
      const { view } = store.getState();
      store.dispatch({ type: 'sorted', sort: sortAfter(view.sort) });
    },
  },
];
