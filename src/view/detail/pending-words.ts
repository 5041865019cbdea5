import type { Delivery } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import { isQueueStuck, type PendingMessage, type ServerQueued } from '../../store/pending-messages.ts';
import type { State } from '../../store/state.ts';
import { knownTask } from '../../store/task-index.ts';

/** The status of a delivery, with key placeholders. `isQueueFull`: the server's queue took no message. */
export function deliveryWords({ stage, resume }: Delivery, isQueueFull = false): string {
  switch (stage) {
    case 'waiting':
      if (isQueueFull) return 'not sent: the server’s queue is full, tried again when it has room';
      return resume ? 'queued; resumes the task' : 'queued until the agent is ready';
    case 'resuming':
      return 'resuming the task before sending';
    case 'sending':
      return 'sending…';
    case 'accepted':
      return 'sent';
    case 'queued':
      return 'queued on the server';
    case 'unsure':
      return 'no answer, checking the delivery';
    case 'asked':
      return `delivery unknown: ${keyFor('outbox')} opens the outbox`;
  }
}

/** The status of a pending message, with key placeholders. */
export const pendingWords = (state: State, pending: PendingMessage): string =>
  pending.kind === 'queued'
    ? queuedWords(pending)
    : state.settings.readOnly && pending.delivery.stage === 'waiting'
      ? 'kept, not sent: read-only'
      : deliveryWords(pending.delivery, state.fullQueues.has(pending.taskId));

function queuedWords({ request, place, count }: ServerQueued): string {
  switch (request?.kind) {
    case 'take-out':
      return 'queued on the server, taking it out…';
    case 'send-now':
      return 'queued on the server, sending it now…';
    default:
      return count === 1 ? 'queued on the server' : `queued on the server, ${place} of ${count}`;
  }
}

/** The line above the server's queue, with key placeholders: its state, and what the user can do about it. */
export function queueHeading(state: State, taskId: string): string {
  const task = knownTask(state, taskId);
  return task !== null && isQueueStuck(state, task)
    ? `server queue stands still: ${keyFor('resume')} runs it`
    : `server queue: ${keyFor('outbox')} changes it`;
}

/** The same in the list of pending messages, with its own key. */
export const stuckInOutboxWords = (): string =>
  `the queue stands still after the error, ${keyFor('outbox-again')} runs this message`;

/** The line above messages that no server has accepted. */
export const UNSENT_HEADING = 'not on the server yet';
