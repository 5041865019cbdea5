import type { Phase } from '../domain/phase.ts';
import type { Template } from '../domain/ports.ts';
import { mayDelete, mayPause, mayResume, type Verdict } from '../domain/rules.ts';
import { phaseIn, selectedTask } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Command, CommandContext } from './command.ts';

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
    title: 'Pause the task: its processes end, the conversation stays',
    hint: 'pause',
    keys: ['p'],
    scope: 'panes',
    enabled: ofSelected(mayPause),
    run: withSelected(({ operations }, taskId) => operations.pause(taskId)),
  },
  {
    id: 'resume',
    title: 'Resume the task',
    hint: 'resume',
    keys: ['r'],
    scope: 'panes',
    enabled: ofSelected(mayResume),
    run: withSelected(({ operations }, taskId) => operations.resume(taskId)),
  },
  {
    id: 'delete',
    title: 'Delete the task and its workspace (asks first)',
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
    title: 'Start a new task',
    hint: 'new',
    keys: ['n'],
    scope: 'panes',
    run: (context) => void beginTask(context),
  },
];

/** Writes a new task: at once where there is one template, after a choice where there are more. */
async function beginTask({ store, operations, clock }: CommandContext): Promise<void> {
  store.dispatch({ type: 'overlay-opened', overlay: { kind: 'templates' } });
  const asked = operations.loadTemplates();
  // Known templates are offered at once; what is asked meanwhile serves the next time.
  if (store.getState().templates === null) await asked;
  const { templates, view } = store.getState();
  if (view.overlay?.kind !== 'templates') return;
  const [only, ...others] = templates ?? [];
  if (only !== undefined && others.length > 0) return;
  store.dispatch({ type: 'overlay-closed' });
  if (only !== undefined) compose(store, only);
  else if (templates !== null) {
    const text = 'This server has no template for tasks. Ask whoever runs it to add one.';
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text, at: clock.now() } });
  }
}

/** Opens the prompt for a task from this template. */
export function compose(store: Store, template: Template): void {
  store.dispatch({ type: 'overlay-closed' });
  store.dispatch({ type: 'composing', composing: { template } });
  store.dispatch({ type: 'focused', pane: 'prompt' });
}
