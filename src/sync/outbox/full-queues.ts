import { BackendError, errorReason } from '../../domain/errors.ts';
import { shortTitle } from '../../domain/short-title.ts';
import { chatFacts, type Task } from '../../domain/task.ts';
import { queueLengthOf } from '../../store/pending-messages.ts';
import type { Store } from '../../store/store.ts';
import { knownTask } from '../../store/task-index.ts';

/** Whether a server refused a message because its queue is full. A Coder Task has no queue: there the agent is busy. */
export const isFullQueue = (task: Task, cause: unknown): cause is BackendError =>
  chatFacts(task) !== null && cause instanceof BackendError && cause.kind === 'busy';

/** The facts of a chat whose queue took no message. */
interface FullQueue {
  /** The longest queue that was seen since; null while unknown. */
  length: number | null;
  readonly status: string;
}

/** The chats whose queue is full, and when it has room again. */
interface FullQueues {
  /** Shows that the message waits here, and why. */
  add(task: Task, deliveryId: string, cause: BackendError, now: number): void;
  clear(taskId: string): void;
  /** Whether the queue has become shorter, or the turn has ended. Then a message can be tried before its time. */
  hasRoomAgain(taskId: string): boolean;
}

export function createFullQueues(store: Store): FullQueues {
  const byTask = new Map<string, FullQueue>();

  return {
    add(task, deliveryId, cause, now) {
      const state = store.getState();
      const reason = errorReason(cause);
      const isNews = !state.fullQueues.has(task.id);
      byTask.set(task.id, {
        length: queueLengthOf(state, task.id),
        status: chatFacts(knownTask(state, task.id) ?? task)?.status ?? '',
      });
      store.dispatch({ type: 'queue-full', taskId: task.id, reason });
      if (!isNews) return;
      const text = `Not sent to “${shortTitle(task)}”: ${reason} The message waits here until the queue has room.`;
      const noticeCause = {
        kind: 'delivery',
        id: deliveryId,
        stages: ['waiting', 'sending', 'unsure'],
      } as const;
      store.dispatch({
        type: 'notice-changed',
        notice: { tone: 'plain', text, at: now, cause: noticeCause },
      });
    },
    clear(taskId) {
      byTask.delete(taskId);
      if (store.getState().fullQueues.has(taskId))
        store.dispatch({ type: 'queue-full', taskId, reason: null });
    },
    hasRoomAgain(taskId) {
      const full = byTask.get(taskId);
      const state = store.getState();
      const task = knownTask(state, taskId);
      if (full === undefined || task === null) return false;
      const length = queueLengthOf(state, taskId);
      const isShorter = length !== null && full.length !== null && length < full.length;
      full.length = Math.max(length ?? 0, full.length ?? 0);
      return isShorter || chatFacts(task)?.status !== full.status;
    },
  };
}
