import type { Availability } from '../domain/rules.ts';
import { isFiltered, matchingRows } from '../store/matching-rows.ts';
import { selectedIndex, selectedTask, visibleTasks } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

/** The shown tasks. A filter shows the parents of matching sub-agents, too: they do not match, and stay unmarked. */
function markableIds(state: State): readonly string[] {
  const rows = visibleTasks(state).map(({ id }) => id);
  if (!isFiltered(state)) return rows;
  const matching = new Set(matchingRows(state).map(({ id }) => id));
  return rows.filter((id) => matching.has(id));
}

/** Moves the selection, and marks the rows from where the range began to there. Turning back unmarks them again. */
function markRange({ store }: CommandContext, step: -1 | 1): void {
  const state = store.getState();
  const { selected, marked, markRange: last } = state.view;
  const ids = visibleTasks(state).map(({ id }) => id);
  const from = selected === null ? -1 : ids.indexOf(selected);
  if (selected === null || from === -1) return;
  const grows =
    last !== null && last.head === selected && last.marked === marked && ids.includes(last.anchor);
  const { anchor, before } = grows ? last : { anchor: selected, before: marked };
  const head = ids[from + step] ?? selected;
  const [first = 0, end = 0] = [ids.indexOf(anchor), ids.indexOf(head)].toSorted((a, b) => a - b);
  const markable = new Set(markableIds(state));
  const range = ids.slice(first, end + 1).filter((id) => markable.has(id));
  store.dispatch(
    { type: 'task-selected', taskId: head },
    { type: 'range-marked', range: { anchor, head, before, marked: new Set([...before, ...range]) } },
  );
}

const hasShownSelection = (state: State): Availability =>
  selectedIndex(state) !== -1 ||
  (selectedTask(state) === null ? 'No task is selected.' : 'No shown task is selected.');

/** The marks above the selected row. */
const marksAbove = (state: State): readonly string[] =>
  visibleTasks(state)
    .slice(0, Math.max(0, selectedIndex(state)))
    .map(({ id }) => id)
    .filter((id) => state.view.marked.has(id));

/** While tasks are marked, task commands act on all of them instead of the selected one. */
export const markingCommands: readonly Command[] = [
  {
    id: 'mark',
    title: 'Mark or unmark the task',
    keys: ['space'],
    keyContext: 'list',
    enabled: hasShownSelection,
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
    id: 'mark-down',
    title: 'Mark the rows down to the next',
    keys: ['shift+down'],
    keyContext: 'list',
    enabled: hasShownSelection,
    run: (context) => markRange(context, 1),
  },
  {
    id: 'mark-up',
    title: 'Mark the rows up to the previous',
    keys: ['shift+up'],
    keyContext: 'list',
    enabled: hasShownSelection,
    run: (context) => markRange(context, -1),
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
  {
    id: 'invert-marks',
    title: 'Invert the marks of shown tasks',
    keys: [],
    keyContext: 'panes',
    enabled: (state) => visibleTasks(state).length > 0 || 'No task is shown.',
    run({ store }) {
      const state = store.getState();
      const marked = state.view.marked.symmetricDifference(new Set(markableIds(state)));
      store.dispatch({ type: 'marks-changed', marked });
    },
  },
  {
    id: 'unmark-above',
    title: 'Unmark the tasks above',
    keys: [],
    keyContext: 'panes',
    enabled: (state) => marksAbove(state).length > 0 || 'No task above the selected one is marked.',
    run({ store }) {
      const state = store.getState();
      store.dispatch({
        type: 'marks-changed',
        marked: state.view.marked.difference(new Set(marksAbove(state))),
      });
    },
  },
];
