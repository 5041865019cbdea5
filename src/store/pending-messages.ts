import type { Delivery } from '../domain/delivery.ts';
import { textOf } from '../domain/message.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { hasSameWords, type QueuedMessage } from '../domain/transcript.ts';
import { memoize } from './memoize.ts';
import type { OutboxState, QueueRequest } from './slices/outbox.ts';
import { queueKey } from './slices/outbox.ts';
import type { State } from './state.ts';
import { knownTask } from './task-index.ts';
import { hasVisibleText } from './transcript-items.ts';

/** A message that waits in the server's queue. */
export interface ServerQueued {
  readonly kind: 'queued';
  readonly key: string;
  readonly taskId: string;
  readonly message: QueuedMessage;
  /** The same message in the outbox; null when another program sent it, or an earlier run. */
  readonly delivery: Delivery | null;
  /** Its place in the queue, from 1, and the length of the queue. */
  readonly place: number;
  readonly count: number;
  /** The change that the user requested and the server has not confirmed; null for none. */
  readonly request: QueueRequest | null;
}

/** A message of the outbox, unless the server's queue holds it. */
interface Undelivered {
  readonly kind: 'delivery';
  readonly key: string;
  readonly taskId: string;
  readonly delivery: Delivery;
}

/** A message that the transcript does not show yet. `key` is unique. */
export type PendingMessage = ServerQueued | Undelivered;

/** The fields that these selectors read. */
type Reads = Pick<State, 'deliveries' | 'queueRequests' | 'transcripts'>;

/**
 * The messages below the conversation of a task: those that the agent has just accepted, then the server's queue in its
 * order, then those that no server has accepted. A message in the outbox and in the queue is in it once.
 */
export function pendingMessagesOf(state: Reads, taskId: string): readonly PendingMessage[] {
  const deliveries = deliveriesByTask(state.deliveries).get(taskId) ?? NOTHING;
  const queue = state.transcripts.get(taskId)?.transcript?.queue ?? NOTHING;
  return deliveries.length + queue.length === 0
    ? NOTHING
    : merged(deliveries, queue, state.queueRequests, taskId);
}

/** Shared, so that a change of the outbox does not rebuild the transcripts of other tasks. */
const NOTHING: readonly never[] = [];

const deliveriesByTask = memoize(
  (deliveries: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> =>
    Map.groupBy(
      deliveries.filter(({ text }) => hasVisibleText(text)),
      ({ taskId }) => taskId,
    ),
);

const merged = memoize(
  (
    deliveries: readonly Delivery[],
    queue: readonly QueuedMessage[],
    requests: OutboxState['queueRequests'],
    taskId: string,
  ): readonly PendingMessage[] => {
    const requestFor = ({ id }: QueuedMessage): QueueRequest | null =>
      requests.get(queueKey(taskId, id)) ?? null;
    const waiting = queue.filter((message) => requestFor(message)?.stage !== 'left');
    const unmatched = new Set(deliveries);
    const queued = waiting.map((message, index): ServerQueued => {
      const delivery = deliveryOf(message, unmatched);
      if (delivery !== null) unmatched.delete(delivery);
      return {
        kind: 'queued',
        key: delivery?.id ?? `queued ${queueKey(taskId, message.id)}`,
        taskId,
        message,
        delivery,
        place: index + 1,
        count: waiting.length,
        request: requestFor(message),
      };
    });
    const local = (delivery: Delivery): Undelivered => ({
      kind: 'delivery',
      key: delivery.id,
      taskId,
      delivery,
    });
    const rest = [...unmatched];
    return [
      ...rest.filter(({ stage }) => stage === 'accepted').map(local),
      ...queued,
      ...rest.filter(({ stage }) => stage !== 'accepted').map(local),
    ];
  },
);

/** By the receipt; without one, as after a restart or a lost answer, by the words. */
function deliveryOf(message: QueuedMessage, deliveries: ReadonlySet<Delivery>): Delivery | null {
  const queued = [...deliveries].filter(({ stage }) => stage === 'queued');
  const byReceipt = queued.find(
    ({ receipt }) => receipt?.kind === 'queued' && receipt.queueId === message.id,
  );
  const byWords = queued.find(
    ({ receipt, text }) => receipt === undefined && hasSameWords(text, textOf(message)),
  );
  return byReceipt ?? byWords ?? null;
}

/** The pending messages of all tasks, a task after the other. */
export function allPendingMessages(state: Reads): readonly PendingMessage[] {
  const taskIds = new Set(state.deliveries.map(({ taskId }) => taskId));
  for (const [taskId, { transcript }] of state.transcripts)
    if ((transcript?.queue?.length ?? 0) > 0) taskIds.add(taskId);
  return concat(...[...taskIds].map((taskId) => pendingMessagesOf(state, taskId)));
}

const concat = memoize((...lists: readonly (readonly PendingMessage[])[]): readonly PendingMessage[] =>
  lists.flat(),
);

/** The number of messages in the server's queue; null when unknown. */
export function queueLengthOf(
  state: Reads & Pick<State, 'tasks' | 'parkedLists'>,
  taskId: string,
): number | null {
  if (state.transcripts.get(taskId)?.transcript?.queue !== undefined)
    return pendingMessagesOf(state, taskId).filter(({ kind }) => kind === 'queued').length;
  const task = knownTask(state, taskId);
  return (task && chatFacts(task))?.queueLength ?? null;
}

/** Whether messages wait in the queue of a chat that an error stopped: they wait until the user acts. */
export const isQueueStuck = (state: Parameters<typeof queueLengthOf>[0], task: Task): boolean =>
  chatFacts(task)?.status === 'error' && (queueLengthOf(state, task.id) ?? 0) > 0;
