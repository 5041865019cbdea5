import { BackendError, errorText } from '../domain/errors.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { questionKey } from '../store/questions.ts';
import type { Notice } from '../store/slices/notices.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Answers permission requests of chats. The question disappears at once, and comes back when the answer fails.
 * `changed` is called after each answer; `signal` ends all requests.
 */
export const createPermissionAnswers =
  (
    { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
    changed: () => void,
    signal: AbortSignal,
  ): TaskOperations['answerPermission'] =>
  (taskId, question, option) => {
    const task = knownTask(store.getState(), taskId);
    const source = task && sourceOf(backend, task);
    if (task === null || source?.answerPermission === undefined) return;
    const id = questionKey(taskId, question);
    const answer = { taskId, label: option.label, isAccepted: true };
    const notify = (tone: Notice['tone'], text: string): void =>
      store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
    store.dispatch({ type: 'permission-answered', id, answer: { ...answer, isAccepted: false } });
    const { answerPermission } = source;
    const answerAndRead = async (): Promise<void> => {
      await answerPermission(task, question.id, option, signal);
      const startedAt = clock.now();
      // The row goes on without a wait for the next list.
      const chat = await source.get(task, signal).catch(() => null);
      store.dispatch(
        { type: 'permission-answered', id, answer },
        ...(chat === null
          ? []
          : [{ type: 'task-received', task: chat, startedAt, now: clock.now() } as const]),
      );
    };
    answerAndRead().then(changed, (error: unknown) => {
      if (signal.aborted) return;
      const isAnswered = error instanceof BackendError && error.kind === 'answered';
      store.dispatch({ type: 'permission-answered', id, answer: isAnswered ? answer : null });
      if (isAnswered) notify('bad', errorText(error));
      else notify('bad', `Cannot answer “${shortTitle(task)}”: ${errorText(error)}`);
      changed();
    });
  };
