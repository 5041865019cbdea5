import type { Availability } from '../domain/rules.ts';
import { selectedGroup } from '../store/list-items.ts';
import { isFiltered } from '../store/matching-rows.ts';
import { selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { childIdsOf, groupKeyIn, isFolded, rootIdOf } from '../store/task-tree.ts';
import type { Command } from './command.ts';

const NO_TASK = 'No task is selected.';
const NO_SUB_AGENTS = 'It has no sub-agents.';
const FILTERED = 'The filter shows the sub-agents that match.';

function mayUnfold(state: State): Availability {
  if (selectedGroup(state) !== null) return true;
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  if (childIdsOf(state, task.id).length === 0) return NO_SUB_AGENTS;
  if (isFiltered(state)) return FILTERED;
  return isFolded(state, task.id) === true || 'Its sub-agents are shown.';
}

/** Why the sub-agents at the selected row cannot be hidden; true if they can. */
function mayFoldFamily(state: State): Availability {
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  if (rootIdOf(state, task.id) !== null) return !isFiltered(state) || FILTERED;
  if (childIdsOf(state, task.id).length === 0) return NO_SUB_AGENTS;
  if (isFiltered(state)) return FILTERED;
  return isFolded(state, task.id) === false || 'Its sub-agents are hidden.';
}

/** The key of the group to collapse: that of the selected task. */
const openGroup = (state: State): string | null => {
  const task = selectedTask(state);
  return task === null ? null : groupKeyIn(state, task.id);
};

function mayFold(state: State): Availability {
  if (selectedGroup(state) !== null) return 'The group is collapsed.';
  return openGroup(state) === null ? mayFoldFamily(state) : true;
}

const expandSelected: Command['run'] = ({ store }) => {
  const key = selectedGroup(store.getState());
  if (key !== null) store.dispatch({ type: 'groups-collapsed', keys: [key], isCollapsed: false });
};

/** Sub-agents are rows below their task, or hidden; the rows of a group likewise. */
export const foldingCommands: readonly Command[] = [
  {
    id: 'unfold',
    title: 'Show its sub-agents, or the group',
    hint: (state) => (selectedGroup(state) === null ? 'sub-agents' : 'expand'),
    keys: ['right'],
    keyContext: 'list',
    enabled: mayUnfold,
    run(context) {
      const { store } = context;
      const task = selectedTask(store.getState());
      if (task === null) expandSelected(context, 0);
      else store.dispatch({ type: 'fold-changed', taskId: task.id, isUnfolded: true });
    },
  },
  {
    id: 'fold',
    title: 'Hide its sub-agents, or the group',
    hint: 'fold',
    keys: ['left'],
    keyContext: 'list',
    enabled: mayFold,
    run({ store }) {
      const state = store.getState();
      const task = selectedTask(state);
      if (task === null) return;
      const group = openGroup(state);
      if (group !== null && mayFoldFamily(state) !== true)
        return store.dispatch({ type: 'groups-collapsed', keys: [group], isCollapsed: true });
      const root = rootIdOf(state, task.id) ?? task.id;
      store.dispatch(
        { type: 'task-selected', taskId: root },
        { type: 'fold-changed', taskId: root, isUnfolded: false },
      );
    },
  },
  {
    id: 'expand-group',
    title: 'Expand the collapsed group',
    hint: 'expand',
    keys: ['enter'],
    keyContext: 'list',
    applies: (state) => selectedGroup(state) !== null,
    enabled: (state) => selectedGroup(state) !== null || 'No collapsed group is selected.',
    run: expandSelected,
  },
];
