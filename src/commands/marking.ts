import { isFiltered, matchingRows, selectedIndex, visibleTasks } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command } from './command.ts';

/** The shown tasks. A filter shows the parents of matching sub-agents, too: they do not match, and stay unmarked. */
const markableIds = (state: State): readonly string[] =>
  (isFiltered(state) ? matchingRows(state) : visibleTasks(state)).map(({ id }) => id);

/** While tasks are marked, task commands act on all of them instead of the selected one. */
export const markingCommands: readonly Command[] = [
  {
    id: 'mark',
    title: 'Mark or unmark the task',
    keys: ['space'],
    keyContext: 'list',
    enabled: (state) => selectedIndex(state) !== -1 || 'No shown task is selected.',
    run({ store }) {
      const state = store.getState();
      const { selected, marked } = state.view;
      if (selected === null) return;
      const marks = new Set(marked);
      if (!marks.delete(selected)) marks.add(selected);
      store.dispatch({ type: 'marks-changed', marked: marks });
      // Moves to the next row, so that holding the key marks many tasks.
      const next = visibleTasks(state)[selectedIndex(state) + 1];
      if (next !== undefined) store.dispatch({ type: 'task-selected', taskId: next.id });
    },
  },
  {
    id: 'mark-all',
    title: 'Mark all shown tasks',
    keys: ['a'],
    keyContext: 'panes',
    enabled(state) {
      const rows = markableIds(state);
      if (rows.length === 0) return 'No task is shown.';
      for (const id of rows) if (!state.view.marked.has(id)) return true;
      return 'All shown tasks are marked.';
    },
    run({ store }) {
      const state = store.getState();
      const marked = new Set(state.view.marked);
      for (const id of markableIds(state)) marked.add(id);
      store.dispatch({ type: 'marks-changed', marked });
    },
  },
  {
    id: 'unmark-all',
    title: 'Unmark all tasks, hidden ones too',
    hint: 'unmark all',
    shortHint: 'unmark',
    keys: ['u'],
    keyContext: 'panes',
    enabled: ({ view }) => view.marked.size > 0 || 'No task is marked.',
    run: ({ store }) => store.dispatch({ type: 'marks-changed', marked: new Set() }),
  },
];
