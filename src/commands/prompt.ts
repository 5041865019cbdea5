import { keyFor } from '../domain/key-placeholder.ts';
import type { Phase } from '../domain/phase.ts';
import { deliveryTiming } from '../domain/rules.ts';
import { draft, draftKey, isWritingToMarked, phaseIn, selectedTask } from '../store/selectors.ts';
import type { Notice, NoticeCause } from '../store/state.ts';
import { confirmBulkAction } from './bulk-actions.ts';
import type { Command, CommandContext } from './command.ts';
import { submitForm } from './create-task.ts';
import { saveInitialPrompt } from './edit-initial-prompt.ts';
import { finishSending, leavePrompt } from './leave-prompt.ts';
import { stepPromptHistory } from './prompt-history.ts';
import { promptSearchCommand } from './prompt-history-search.ts';

/** Sends what stands in the prompt, or says why not. Nothing is cleared before it is in the outbox. */
function sendPrompt(context: CommandContext): void {
  const { store, clock } = context;
  const state = store.getState();
  const { text } = draft(state);
  const { openForm } = state.view;
  const say = (tone: Notice['tone'], text: string, about?: NoticeCause): void =>
    store.dispatch({
      type: 'notice-changed',
      notice: { tone, text, at: clock.now(), ...(about && { cause: about }) },
    });

  if (openForm !== null) submitForm(context);
  else if (state.view.initialPromptTaskId !== null) saveInitialPrompt(context);
  else if (text.trim() === '') say('plain', 'There is nothing to send yet.');
  else if (isWritingToMarked(state)) confirmBulkAction(context, 'send');
  else {
    const task = selectedTask(state);
    if (task === null) return;
    const phase = phaseIn(state, task);
    switch (deliveryTiming(phase)) {
      case 'now':
      case 'when-ready':
        return queueDelivery(context, task.id);
      case 'needs-resume':
        return store.dispatch({
          type: 'overlay-opened',
          overlay: { kind: 'confirm-resume', taskId: task.id },
        });
      case 'never':
        return say('bad', cannotSendReason(phase), { kind: 'phase', taskId: task.id, phase });
    }
  }
}

/** Why a task in this phase takes no message. */
const cannotSendReason = (phase: Phase): string =>
  phase === 'deleting'
    ? 'The task is being deleted: nothing can be sent to it any more.'
    : phase === 'error'
      ? `The task is in error and takes no message. Go back with ${keyFor('leave-prompt')} and start it again with ${keyFor('resume')}; what you wrote stays here.`
      : 'The server cannot tell how the task is, so it takes no message now. What you wrote stays here.';

/** Hands the draft for a task to the outbox; `resume`: the task is to be resumed for it. */
export function queueDelivery(context: CommandContext, taskId: string, resume = false): void {
  const text = context.store.getState().drafts.get(taskId)?.text ?? '';
  if (text.trim() === '') return;
  finishSending(context.store, taskId, text);
  context.outbox.add(taskId, text, resume);
}

/** Up and down reach into the history only from the edge of the text; anywhere else they move within it. */
const historyStep = (step: -1 | 1) => (context: CommandContext) => stepPromptHistory(context.store, step);

export const promptCommands: readonly (Command & { readonly keyContext: 'prompt' })[] = [
  {
    id: 'send',
    title: 'Send, or start the new task',
    hint: 'send',
    keys: ['enter'],
    keyContext: 'prompt',
    enabled: (state) => draftKey(state) !== null || 'No task is selected.',
    run: sendPrompt,
  },
  {
    id: 'leave-prompt',
    title: 'Back; the draft stays',
    hint: 'back',
    keys: ['esc'],
    keyContext: 'prompt',
    run: ({ store }) => leavePrompt(store),
  },
  promptSearchCommand,
];

/** Keys of the prompt that do something else when there is nothing to do for them here. */
export const promptHistoryKeys: ReadonlyMap<string, (context: CommandContext) => boolean> = new Map([
  ['up', historyStep(-1)],
  ['ctrl+p', historyStep(-1)],
  ['down', historyStep(1)],
  ['ctrl+n', historyStep(1)],
]);
