import type { Phase } from '../domain/phase.ts';
import { mayDelete, mayPause, mayResume, type Verdict } from '../domain/rules.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';
import { beginTask } from './composing.ts';

const NO_TASK = 'No task is selected.';

/** A rule about phases as a rule about the selected task. */
const ofSelected =
  (rule: (phase: Phase) => Verdict) =>
  (state: State): Verdict => {
    const task = selectedTask(state);
    return task === null ? NO_TASK : rule(phaseIn(state, task));
  };

const withSelected =
  (run: (context: CommandContext, taskId: string) => void) => (context: CommandContext) => {
    const { selected } = context.store.getState().view;
    if (selected !== null) run(context, selected);
  };

export const taskCommands: readonly Command[] = [
  {
    id: 'answer',
    title: 'Write to the task',
    hint: 'answer',
    keys: ['enter', 'i'],
    scope: 'panes',
    enabled: ofSelected(() => true),
    run({ store }) {
      store.dispatch({ type: 'composing', composing: null });
      store.dispatch({ type: 'focused', pane: 'prompt' });
    },
  },
  {
    id: 'pause',
    title: 'Pause: its processes end, its messages stay',
    hint: 'pause',
    keys: ['p'],
    scope: 'panes',
    enabled: ofSelected(mayPause),
    run: withSelected(({ operations }, taskId) => operations.pause(taskId)),
  },
  {
    id: 'resume',
    title: 'Resume, or start again after an error',
    hint: 'resume',
    keys: ['r'],
    scope: 'panes',
    enabled: ofSelected(mayResume),
    run: withSelected(({ operations }, taskId) => operations.resume(taskId)),
  },
  {
    id: 'delete',
    title: 'Delete the task and its workspace; asks first',
    hint: 'delete',
    keys: ['d'],
    scope: 'panes',
    enabled: ofSelected(mayDelete),
    run: withSelected(({ store }, taskId) =>
      store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-delete', taskId } }),
    ),
  },
  {
    id: 'new',
    title: 'New task',
    hint: 'new',
    keys: ['n'],
    scope: 'panes',
    enabled: ({ list }) => list.at !== null || 'The server has not told its tasks yet: see what it says.',
    run: beginTask,
  },
];
