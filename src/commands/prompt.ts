import { SEND } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { Phase } from '../domain/phase.ts';
import { closedReason, deliveryTiming } from '../domain/rules.ts';
import { attachedFiles } from '../store/attachments.ts';
import { editedComment } from '../store/review.ts';
import { draft, draftKey, isWritingToMarked, selectedTask } from '../store/selectors.ts';
import { phaseIn } from '../store/slices/actions.ts';
import type { Notice, NoticeCause } from '../store/slices/notices.ts';
import { answerInWords } from './answer-question.ts';
import { confirmBulkAction } from './bulk-actions.ts';
import type { Command, CommandContext } from './command.ts';
import { keepComment } from './comment-field.ts';
import { submitForm } from './create-task.ts';
import { saveEditedPrompt } from './edit-initial-prompt.ts';
import { finishSending, leavePrompt, stepPromptHistory } from './prompt-draft.ts';
import { promptSearchCommand } from './prompt-history-search.ts';

/** Sends the draft, or shows a notice with the reason why not. */
function sendPrompt(context: CommandContext): void {
  const { store, clock } = context;
  const state = store.getState();
  const { text } = draft(state);
  const { openForm } = state.view;
  const notify = (tone: Notice['tone'], text: string, cause?: NoticeCause): void =>
    store.dispatch({
      type: 'notice-changed',
      notice: { tone, text, at: clock.now(), ...(cause && { cause }) },
    });

  if (openForm !== null) submitForm(context);
  else if (editedComment(state) !== null) keepComment(context);
  else if (state.view.answeredQuestion !== null) answerInWords(context);
  else if (state.view.initialPromptTaskId !== null) saveEditedPrompt(context);
  else if (text.trim() === '')
    notify(
      'plain',
      attachedFiles(state).length === 0 ? 'The prompt is empty.' : 'Write a message to go with the files.',
    );
  else if (isWritingToMarked(state)) confirmBulkAction(context, SEND);
  else {
    const task = selectedTask(state);
    if (task === null) return;
    const closed = closedReason(task);
    if (closed !== null) return notify('bad', `${closed} The draft stays.`);
    const phase = phaseIn(state, task);
    switch (deliveryTiming(task, phase)) {
      case 'now':
      case 'when-ready':
        return queueDelivery(context, task.id);
      case 'needs-resume':
        return store.dispatch({
          type: 'overlay-opened',
          overlay: { kind: 'confirm-resume', taskId: task.id },
        });
      case 'never':
        return notify('bad', cannotSendReason(phase), { kind: 'phase', taskId: task.id, phase });
    }
  }
}

const cannotSendReason = (phase: Phase): string =>
  phase === 'deleting'
    ? 'The task is being deleted and accepts no messages.'
    : phase === 'error'
      ? `The task is in error and accepts no messages. Go back with ${keyFor('leave-prompt')} and restart it with ${keyFor('resume')}. The draft stays.`
      : 'The server does not know the state of the task, so it accepts no messages now. The draft stays.';

/** Moves the draft of a task to the outbox. `resume`: the outbox resumes the task first. */
export function queueDelivery(context: CommandContext, taskId: string, resume = false): void {
  const { store, outbox } = context;
  const state = store.getState();
  const text = state.drafts.get(taskId)?.text ?? '';
  if (text.trim() === '') return;
  const attachments = state.attachments.get(taskId) ?? [];
  finishSending(store, taskId, text);
  if (attachments.length > 0) store.dispatch({ type: 'attachments-changed', key: taskId, files: [] });
  outbox.add(taskId, text, { resume, ...(attachments.length > 0 && { extras: { attachments } }) });
  // The diff hides the transcript, where the message is.
  if (state.view.openDiff !== null)
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'good', text: 'The message is in the outbox.', at: context.clock.now() },
    });
}

const historyStep = (step: -1 | 1) => (context: CommandContext) => stepPromptHistory(context.store, step);

export const promptCommands: readonly (Command & { readonly keyContext: 'prompt' })[] = [
  {
    id: 'send',
    title: 'Send, or start the new task',
    hint: 'send',
    keys: ['enter'],
    keyContext: 'prompt',
    // A comment on a diff becomes part of the draft.
    sends: (state) => editedComment(state) === null,
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

/** Keys that step through the history at the edge of the text; they return false where they move the cursor instead. */
export const promptHistoryKeys: ReadonlyMap<string, (context: CommandContext) => boolean> = new Map([
  ['up', historyStep(-1)],
  ['ctrl+p', historyStep(-1)],
  ['down', historyStep(1)],
  ['ctrl+n', historyStep(1)],
]);
