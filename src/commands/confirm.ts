import { unsentWork } from '../store/selectors.ts';
import type { Overlay } from '../store/view-state.ts';
import { answerBulkQuestion } from './bulk-actions.ts';
import type { CommandContext } from './command.ts';
import { saveTranscript } from './export-transcript.ts';
import { queueDelivery } from './prompt.ts';

/** Answers the question on screen: `y` is yes, every other key is no, enter too. */
export function answerConfirmation(context: CommandContext, question: Overlay, key: string): void {
  const { store, operations } = context;
  store.dispatch({ type: 'overlay-closed' });
  const yes = key === 'y';
  switch (question.kind) {
    case 'confirm-delete':
      if (yes) operations.remove(question.taskId);
      return;
    case 'confirm-pause':
      if (yes) operations.pause(question.taskId);
      return;
    case 'confirm-resume':
      if (!yes && key !== 'w') return;
      // The outbox resumes it: the wish survives with the message.
      return queueDelivery(context, question.taskId, yes);
    case 'confirm-bulk':
      return answerBulkQuestion(context, question, key);
    case 'confirm-overwrite': {
      const { taskId, name } = question;
      if (yes) void saveTranscript(context, { taskId, name, overwrite: true });
      // Another name is what is wanted most often.
      else store.dispatch({ type: 'overlay-opened', overlay: { kind: 'save', taskId, name } });
      return;
    }
    case 'confirm-quit':
      return answerQuit(context, key);
  }
}

/**
 * Where several tasks are not done with, `y` has that done first and `n` quits without it; what failed keeps taskdeck
 * open, to be read.
 */
function answerQuit({ store, bulk, quit }: CommandContext, key: string): void {
  if (unsentWork(store.getState()).bulkTasks === 0) {
    if (key === 'y') quit();
  } else if (key === 'n') quit();
  else if (key === 'y') {
    void bulk.finishAll().then((well) => {
      if (well) quit();
    });
  }
}
