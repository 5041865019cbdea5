import type { Availability } from '../domain/rules.ts';
import { isFiltered, selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { childIdsOf, isFolded, rootIdOf } from '../store/task-tree.ts';
import type { Command } from './command.ts';

const NO_TASK = 'No task is selected.';
const NO_SUB_AGENTS = 'It has no sub-agents.';
const FILTERED = 'The filter shows the sub-agents that match.';

function mayUnfold(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  if (childIdsOf(state, task.id).length === 0) return NO_SUB_AGENTS;
  if (isFiltered(state)) return FILTERED;
  return isFolded(state, task.id) === true || 'Its sub-agents are shown.';
}

function mayFold(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  if (rootIdOf(state, task.id) !== null) return !isFiltered(state) || FILTERED;
  if (childIdsOf(state, task.id).length === 0) return NO_SUB_AGENTS;
  if (isFiltered(state)) return FILTERED;
  return isFolded(state, task.id) === false || 'Its sub-agents are hidden.';
}

/** Sub-agents are rows below their task, or hidden. */
export const foldingCommands: readonly Command[] = [
  {
    id: 'unfold',
    title: 'Show its sub-agents',
    hint: 'sub-agents',
    keys: ['right'],
    keyContext: 'list',
    enabled: mayUnfold,
    run({ store }) {
      const task = selectedTask(store.getState());
      if (task !== null) store.dispatch({ type: 'fold-changed', taskId: task.id, isUnfolded: true });
    },
  },
  {
    id: 'fold',
    title: 'Hide its sub-agents',
    hint: 'fold',
    keys: ['left'],
    keyContext: 'list',
    enabled: mayFold,
    run({ store }) {
      const state = store.getState();
      const task = selectedTask(state);
      if (task === null) return;
      const root = rootIdOf(state, task.id) ?? task.id;
      store.dispatch(
        { type: 'task-selected', taskId: root },
        { type: 'fold-changed', taskId: root, isUnfolded: false },
      );
    },
  },
];
