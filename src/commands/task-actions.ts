import {
  type Action,
  type ActionId,
  type ActionTable,
  actionBehind,
  actionFor,
  availabilityOn,
  sendsRequest,
  undoDelayMs,
  verbOf,
} from '../domain/action.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Availability } from '../domain/rules.ts';
import { markedAvailability } from '../store/bulk-plan.ts';
import { waitingActionOn } from '../store/bulk-progress.ts';
import { markedOrSelected } from '../store/marks.ts';
import { memoize } from '../store/memoize.ts';
import { placeOf, selectedTask } from '../store/selectors.ts';
import { withServerQueue } from '../store/server-queue.ts';
import { phaseIn } from '../store/slices/actions.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { confirmBulkAction } from './bulk-actions.ts';
import type { Command, CommandContext } from './command.ts';
import { openNewTaskForm } from './create-task.ts';

const NO_TASK = 'No task is selected.';

export const answerCommand: Command = {
  id: 'answer',
  title: 'Write to the task, or all marked',
  hint: 'write',
  keys: ['enter', 'i'],
  keyContext: 'panes',
  enabled: (state) => state.view.marked.size > 0 || selectedTask(state) !== null || NO_TASK,
  run({ store }) {
    store.dispatch(
      { type: 'open-form-changed', openForm: null },
      { type: 'recipients-changed', writesToMarked: store.getState().view.marked.size > 0 },
      { type: 'pane-focused', pane: 'prompt' },
    );
  },
};

export const newTaskCommand: Command = {
  id: 'new',
  title: 'New task',
  sends: true,
  hint: 'new',
  keys: ['n'],
  keyContext: 'panes',
  enabled: ({ listFreshness }) =>
    listFreshness.requestedAt !== null || 'The task list has not loaded yet. See the error above.',
  run: openNewTaskForm,
};

/** One command for each action id of the sources, in their order. Its keys act on the marked tasks, or the selected one. */
export const actionCommands = memoize((tables: readonly ActionTable[]): readonly Command[] => {
  const actions = tables.flatMap((table) => table.actions);
  return actions
    .filter(({ id }, index) => actions.findIndex((other) => other.id === id) === index)
    .map(actionCommand);
});

const actionCommand = ({ id, title, keys, verb }: Action): Command => ({
  id,
  title,
  hint: (state) => verbOn(state, id) ?? verb.present,
  keys,
  keyContext: 'panes',
  sends: (state) => markedOrSelected(state).some((task) => sendsRequest(state.actionTables, id, task)),
  enabled: (state) => availabilityOf(state, id),
  run: (context) => runAction(context, id),
});

/** The verb of the action, or of the one that stands for it on the selected task; null without a task. */
function verbOn(state: State, id: ActionId): string | null {
  const task = selectedTask(state);
  return task === null ? null : (actionBehind(state.actionTables, id, task)?.verb.present ?? null);
}

/** Whether an action applies to any marked task, or without marks to the selected one. */
function availabilityOf(state: State, id: ActionId): Availability {
  if (state.view.marked.size > 0) return markedAvailability(state, id);
  const task = selectedTask(state);
  if (task === null) return NO_TASK;
  const waiting = waitingActionOn(state, task.id);
  if (waiting !== null && waiting === actionBehind(state.actionTables, id, task)?.id)
    return `It will be ${verbOf(state.actionTables, waiting).past} in a moment. Press ${keyFor('take-back')} to undo that.`;
  return availabilityOn(state.actionTables, id, withServerQueue(state, task), phaseIn(state, task));
}

/** Asks before it acts on marked tasks, or where the action needs it on the selected one. */
function runAction(context: CommandContext, id: ActionId): void {
  const { store } = context;
  const state = store.getState();
  if (state.view.marked.size > 0) return confirmBulkAction(context, id);
  const selected = selectedTask(state);
  const task = selected && withServerQueue(state, selected);
  const action = task && actionBehind(state.actionTables, id, task);
  if (task === null || action === null) return;
  if (action.confirm?.isNeeded(task, phaseIn(state, task), placeOf(state)))
    return store.dispatch({
      type: 'overlay-opened',
      overlay: { kind: 'confirm-action', action: action.id, taskId: task.id },
    });
  actOn(context, action.id, task.id);
}

/** Acts at once, or starts the undo window of the action. */
export function actOn({ store, operations, bulk }: CommandContext, id: ActionId, taskId: string): void {
  const state = store.getState();
  const task = knownTask(state, taskId);
  const action = task && actionFor(state.actionTables, id, task);
  if (task !== null && undoDelayMs(action, placeOf(state)) > 0) bulk.startSingle(id, task);
  else operations.act(id, taskId);
}
