import { unsettled } from '../store/selectors.ts';
import type { Overlay } from '../store/view.ts';
import type { CommandContext } from './command.ts';
import { deliver } from './prompt.ts';
import { answerSeveral } from './several.ts';
import { saveTranscript } from './taking-out.ts';

/** Answers the question on screen: `y` is yes, every other key is no, enter too. */
export function answer(context: CommandContext, question: Overlay, key: string): void {
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
      return deliver(context, question.taskId, yes);
    case 'confirm-several':
      return answerSeveral(context, question, key);
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
function answerQuit({ store, several, quit }: CommandContext, key: string): void {
  if (unsettled(store.getState()).ordered === 0) {
    if (key === 'y') quit();
  } else if (key === 'n') quit();
  else if (key === 'y') {
    void several.finish().then((well) => {
      if (well) quit();
    });
  }
}
