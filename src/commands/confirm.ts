import { type ActionId, actionFor } from '../domain/action.ts';
import { unsentWork } from '../store/selectors.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
import { knownTask } from '../store/task-index.ts';
import { answerPermissionQuestion } from './answer-question.ts';
import { answerBulkQuestion } from './bulk-actions.ts';
import type { CommandContext } from './command.ts';
import { answerEditQuestion } from './edit-last-prompt.ts';
import { saveTranscript } from './export-transcript.ts';
import { answerOwnQuestion } from './own-commands.ts';
import { queueDelivery } from './prompt.ts';
import { answerRestart } from './restart-server.ts';
import { answerDeleteComment } from './review.ts';
import { actOn } from './task-actions.ts';
import { answerSignIn } from './task-directory.ts';
import { answerWorktreeQuestion } from './worktree.ts';

/** Handles the key that answers a question: `y` is yes, every other key is no, including enter. */
export function answerConfirmation(context: CommandContext, question: Overlay, key: string): void {
  const { store } = context;
  if (question.kind === 'confirm-worktree') return answerWorktreeQuestion(context, question, key);
  store.dispatch({ type: 'overlay-closed' });
  const yes = key === 'y';
  switch (question.kind) {
    case 'confirm-action': {
      const alternative = alternativeTo(store.getState(), question);
      if (yes) actOn(context, question.action, question.taskId);
      else if (key === alternative?.key) actOn(context, alternative.action, question.taskId);
      return;
    }
    case 'confirm-resume':
      if (!yes && key !== 'w') return;
      // The outbox resumes the task, even after a restart: it stores the choice with the message.
      return queueDelivery(context, question.taskId, yes);
    case 'confirm-bulk':
      return answerBulkQuestion(context, question, key);
    case 'confirm-overwrite': {
      const { taskId, name } = question;
      if (yes) void saveTranscript(context, { taskId, name, overwrite: true });
      // After a no the user most often wants another name.
      else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'save', taskId, name } });
      return;
    }
    case 'confirm-edit':
      return answerEditQuestion(context, question, yes);
    case 'confirm-permission':
      return answerPermissionQuestion(context, question, yes);
    case 'confirm-sign-in':
      return answerSignIn(context, question, key);
    case 'confirm-restart':
      return answerRestart(context, yes);
    case 'confirm-comment':
      return answerDeleteComment(context, question.key, yes);
    case 'confirm-own':
      return answerOwnQuestion(context, question, yes);
    case 'confirm-quit':
      return answerQuit(context, key);
  }
}

/** The third answer to the question before an action, where it has one. */
const alternativeTo = (
  state: State,
  { action, taskId }: Extract<Overlay, { readonly kind: 'confirm-action' }>,
): { readonly key: string; readonly action: ActionId } | undefined => {
  const task = knownTask(state, taskId);
  return (task && actionFor(state.actionTables, action, task))?.confirm?.alternative;
};

/** While a bulk operation runs, `y` finishes it and then quits, except after failures; `n` quits at once. */
function answerQuit({ store, bulk, quit }: CommandContext, key: string): void {
  if (unsentWork(store.getState()).bulkTasks === 0) {
    if (key === 'y') quit();
  } else if (key === 'n') quit();
  else if (key === 'y') {
    void bulk.finishAll().then((succeeded) => {
      if (succeeded) quit();
    });
  }
}
