import { mayResume } from '../domain/rules.ts';
import { phaseIn, taskById } from '../store/selectors.ts';
import type { Overlay } from '../store/state.ts';
import type { CommandContext } from './command.ts';
import { deliver } from './prompt.ts';

/** Answers the question on screen: `y` is yes, every other key is no, enter too. */
export function answer(context: CommandContext, question: Overlay, key: string): void {
  const { store, operations, quit } = context;
  store.dispatch({ type: 'overlay-closed' });
  const yes = key === 'y';
  switch (question.kind) {
    case 'confirm-delete':
      if (yes) operations.remove(question.taskId);
      return;
    case 'confirm-resume':
      if (!yes && key !== 'w') return;
      // Into the outbox first: the message waits there whatever becomes of the resume.
      deliver(context, question.taskId);
      if (yes) resume(context, question.taskId);
      return;
    case 'confirm-quit':
      if (yes) quit();
      return;
  }
}

/** The task may have changed while the question stood: one that cannot be resumed yet says so. */
function resume({ store, operations, clock }: CommandContext, taskId: string): void {
  const state = store.getState();
  const task = taskById(state, taskId);
  if (task === null) return;
  const verdict = mayResume(phaseIn(state, task));
  if (verdict === true) return operations.resume(taskId);
  const text = `${verdict} The message waits until it runs.`;
  store.dispatch({ type: 'noticed', notice: { tone: 'plain', text, at: clock.now() } });
}
