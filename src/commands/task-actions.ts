import { type BulkAction, bulkAvailability } from '../domain/bulk-rules.ts';
import { type Availability, needsConfirmation } from '../domain/rules.ts';
import { markedAvailability } from '../store/bulk-plan.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { confirmBulkAction } from './bulk-actions.ts';
import type { Command, CommandContext } from './command.ts';
import { openNewTaskForm } from './create-task.ts';

const NO_TASK = 'No task is selected.';

/** Whether an action applies to any marked task, or without marks to the selected one. */
const availabilityFor =
  (act: BulkAction) =>
  (state: State): Availability => {
    if (state.view.marked.size > 0) return markedAvailability(state, act);
    const task = selectedTask(state);
    return task === null ? NO_TASK : bulkAvailability(act, phaseIn(state, task));
  };

/** Asks for confirmation to act on the marked tasks; without marks runs on the selected one. */
const onMarkedOrSelected =
  (act: BulkAction, run: (context: CommandContext, taskId: string) => void) => (context: CommandContext) => {
    if (context.store.getState().view.marked.size > 0) confirmBulkAction(context, act);
    else onSelected(run)(context);
  };

const onSelected = (run: (context: CommandContext, taskId: string) => void) => (context: CommandContext) => {
  const { selected } = context.store.getState().view;
  if (selected !== null) run(context, selected);
};

export const taskActionCommands: readonly Command[] = [
  {
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
  },
  {
    id: 'pause',
    title: 'Pause the task; messages stay',
    hint: 'pause',
    keys: ['p'],
    keyContext: 'panes',
    enabled: availabilityFor('pause'),
    run: onMarkedOrSelected('pause', ({ store, operations }, taskId) => {
      if (needsConfirmation('pause', store.getState().deployment.local))
        store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-pause', taskId } });
      else operations.pause(taskId);
    }),
  },
  {
    id: 'resume',
    title: 'Resume, or restart after an error',
    hint: 'resume',
    keys: ['r'],
    keyContext: 'panes',
    enabled: availabilityFor('resume'),
    run: onMarkedOrSelected('resume', ({ operations }, taskId) => operations.resume(taskId)),
  },
  {
    id: 'delete',
    title: 'Delete the task (asks first)',
    hint: 'delete',
    keys: ['d'],
    keyContext: 'panes',
    enabled: availabilityFor('delete'),
    run: onMarkedOrSelected('delete', ({ store }, taskId) =>
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-delete', taskId } }),
    ),
  },
  {
    id: 'new',
    title: 'New task',
    hint: 'new',
    keys: ['n'],
    keyContext: 'panes',
    enabled: ({ listFreshness }) =>
      listFreshness.requestedAt !== null || 'The task list has not loaded yet. See the error above.',
    run: openNewTaskForm,
  },
];
