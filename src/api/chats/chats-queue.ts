import { BackendError } from '../../domain/errors.ts';
import type { Source } from '../../domain/ports/source.ts';
import { isTurnRunning, type TaskRef } from '../../domain/task.ts';
import { type ChatsApi, chatPath } from './chats-api.ts';
import { chatsError, expectStatus, isConflict, isMaybe, isNotFound } from './chats-errors.ts';
import type { Wait } from './wait.ts';

/** Some versions accept a promotion and do not start the message: the chat is looked at again after these times, ms. */
const START_CHECKS_MS = [500, 1_500, 3_000, 5_000];

export interface ChatsQueue extends Required<Pick<Source, 'cancelQueued' | 'sendQueuedNow'>> {
  /** Deletes all queued messages. */
  clear(task: TaskRef, signal: AbortSignal): Promise<void>;
  /** Runs the first queued message. Rejects with `conflict` for an empty queue. */
  runHead(task: TaskRef, signal: AbortSignal): Promise<void>;
}

/** The messages that the server holds until the agent is ready. */
export function createChatsQueue(api: ChatsApi, wait: Wait): ChatsQueue {
  const queuedIds = async (task: TaskRef, signal: AbortSignal): Promise<readonly string[]> =>
    (await api.newestMessages(task, 1, signal)).queued_messages.map(({ id }) => String(id));

  async function cancelQueued(task: TaskRef, queueId: string, signal: AbortSignal): Promise<void> {
    const path = chatPath(task, 'queue', queueId);
    const remove = async (): Promise<void> => {
      try {
        expectStatus(await api.send({ method: 'DELETE', path }, signal), 204);
      } catch (error) {
        throw chatsError(error);
      }
    };
    try {
      await remove();
    } catch (error) {
      // Without an answer: when it still waits, the request did not arrive.
      if (!isMaybe(error) || !(await queuedIds(task, signal)).includes(queueId)) throw error;
      await remove();
    }
  }

  async function promote(task: TaskRef, queueId: string, signal: AbortSignal): Promise<void> {
    const path = chatPath(task, 'queue', queueId, 'promote');
    expectStatus(await api.send({ method: 'POST', path }, signal), 202);
    let status = '';
    for (const ms of [0, ...START_CHECKS_MS]) {
      if (ms > 0) await wait(ms, signal);
      if (!(await queuedIds(task, signal)).includes(queueId)) return;
      status = (await api.get(task, signal)).facts.status;
      if (isTurnRunning({ status })) return;
    }
    throw new BackendError({
      kind: 'server',
      message: `The server accepted it, but the message still waits in its queue (status ${status}).`,
      hint: 'Try again, or delete the message and send it again.',
      tookEffect: 'maybe',
    });
  }

  const sendQueuedNow: ChatsQueue['sendQueuedNow'] = (task, queueId, signal) =>
    promote(task, queueId, signal).catch((error: unknown) => {
      throw chatsError(error);
    });

  return {
    cancelQueued,
    sendQueuedNow,

    async clear(task, signal) {
      for (const id of await queuedIds(task, signal))
        await cancelQueued(task, id, signal).catch((error: unknown) => {
          // It has left the queue meanwhile.
          if (!isConflict(error) && !isNotFound(error)) throw error;
        });
    },

    async runHead(task, signal) {
      const [head] = await queuedIds(task, signal);
      if (head === undefined)
        throw new BackendError({
          kind: 'conflict',
          message: 'Its queue is empty. A new message continues it.',
          tookEffect: 'no',
        });
      await sendQueuedNow(task, head, signal);
    },
  };
}
