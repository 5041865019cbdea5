import { asksBefore, type Verdict } from '../domain/rules.ts';
import { type Act, may } from '../domain/several.ts';
import { mayAnyMarked } from '../store/plan.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { beginTask } from './composing.ts';
import { askAboutMarked } from './several.ts';

const NO_TASK = 'No task is selected.';

/** Whether it can be done to any of the marked tasks; where none is marked, to the selected one. */
const mayDo =
  (act: Act) =>
  (state: State): Verdict => {
    if (state.view.marked.size > 0) return mayAnyMarked(state, act);
    const task = selectedTask(state);
    return task === null ? NO_TASK : may(act, phaseIn(state, task));
  };

/** Asks about all marked tasks; where none is marked, does something to the selected one. */
const withMarkedOr =
  (act: Act, run: (context: CommandContext, taskId: string) => void) => (context: CommandContext) => {
    if (context.store.getState().view.marked.size > 0) askAboutMarked(context, act);
    else withSelected(run)(context);
  };

const withSelected =
  (run: (context: CommandContext, taskId: string) => void) => (context: CommandContext) => {
    const { selected } = context.store.getState().view;
    if (selected !== null) run(context, selected);
  };

export const taskCommands: readonly Command[] = [
  {
    id: 'answer',
    title: 'Write to the task, or all marked',
    hint: 'write',
    keys: ['enter', 'i'],
    scope: 'panes',
    enabled: (state) => state.view.marked.size > 0 || selectedTask(state) !== null || NO_TASK,
    run({ store }) {
      store.dispatch({ type: 'composing', composing: null });
      store.dispatch({ type: 'addressed', toMarked: store.getState().view.marked.size > 0 });
      store.dispatch({ type: 'focused', pane: 'prompt' });
    },
  },
  {
    id: 'pause',
    title: 'Pause the task; messages stay',
    hint: 'pause',
    keys: ['p'],
    scope: 'panes',
    enabled: mayDo('pause'),
    run: withMarkedOr('pause', ({ store, operations }, taskId) => {
      if (asksBefore('pause', store.getState().deployment.local))
        store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-pause', taskId } });
      else operations.pause(taskId);
    }),
  },
  {
    id: 'resume',
    title: 'Resume, or restart after an error',
    hint: 'resume',
    keys: ['r'],
    scope: 'panes',
    enabled: mayDo('resume'),
    run: withMarkedOr('resume', ({ operations }, taskId) => operations.resume(taskId)),
  },
  {
    id: 'delete',
    title: 'Delete the task (asks first)',
    hint: 'delete',
    keys: ['d'],
    scope: 'panes',
    enabled: mayDo('delete'),
    run: withMarkedOr('delete', ({ store }, taskId) =>
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-delete', taskId } }),
    ),
  },
  {
    id: 'new',
    title: 'New task',
    hint: 'new',
    keys: ['n'],
    scope: 'panes',
    enabled: ({ list }) => list.at !== null || 'The task list has not loaded yet. See the error above.',
    run: beginTask,
  },
];
