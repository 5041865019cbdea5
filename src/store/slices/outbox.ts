import type { Delivery } from '../../domain/delivery.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import type { SliceReducer } from './slice.ts';

/**
 * The messages that no server has accepted yet, those whose acceptance the transcript does not show yet, and requested
 * changes of the servers' queues.
 */
export interface OutboxState {
  readonly deliveries: readonly Delivery[];
  /** Requested changes of messages in a server's queue, by `queueKey`. */
  readonly queueRequests: ReadonlyMap<string, QueueRequest>;
  /** Why the server's queue took no message, by task id. Untrusted texts. */
  readonly fullQueues: ReadonlyMap<string, string>;
}

/** A change of a message in a server's queue. */
export interface QueueRequest {
  readonly taskId: string;
  readonly queueId: string;
  readonly kind: 'take-out' | 'send-now';
  /** `left`: the message is no longer in the queue, although an older response still shows it. */
  readonly stage: 'pending' | 'left';
  /** When the stage began, Unix ms. */
  readonly since: number;
}

/** Identifies a message in a server's queue: ids are unique within a task. */
export const queueKey = (taskId: string, queueId: string): string => `${taskId} ${queueId}`;

export const INITIAL_OUTBOX: OutboxState = {
  deliveries: [],
  queueRequests: new Map(),
  fullQueues: new Map(),
};

export type OutboxEvent =
  | { readonly type: 'delivery-added'; readonly delivery: Delivery }
  | { readonly type: 'delivery-changed'; readonly delivery: Delivery }
  /** Replaces the outbox with the stored one. */
  | { readonly type: 'deliveries-loaded'; readonly deliveries: readonly Delivery[] }
  | { readonly type: 'delivery-finished'; readonly id: string }
  | {
      readonly type: 'queue-request-started';
      readonly taskId: string;
      readonly queueId: string;
      readonly kind: QueueRequest['kind'];
      readonly now: number;
    }
  /** `hasLeft`: the message is no longer in the queue; else the queue is as the server shows it. */
  | {
      readonly type: 'queue-request-finished';
      readonly taskId: string;
      readonly queueId: string;
      readonly hasLeft: boolean;
      readonly now: number;
    }
  /** The server's queue is full, with the server's words, or has room again (null). */
  | { readonly type: 'queue-full'; readonly taskId: string; readonly reason: string | null };

export const outboxReducer = {
  'delivery-added': ({ deliveries }, { delivery }) => ({ deliveries: [...deliveries, delivery] }),
  'delivery-changed': ({ deliveries }, { delivery }) => ({
    deliveries: deliveries.map((each) => (each.id === delivery.id ? delivery : each)),
  }),
  'deliveries-loaded': ({ fullQueues }, { deliveries }) => ({
    deliveries,
    fullQueues: withMessages(fullQueues, deliveries),
  }),
  'delivery-finished'({ deliveries, fullQueues }, event) {
    const rest = deliveries.filter(({ id }) => id !== event.id);
    return { deliveries: rest, fullQueues: withMessages(fullQueues, rest) };
  },
  'queue-request-started': ({ queueRequests }, { taskId, queueId, kind, now }) => ({
    queueRequests: withEntry(queueRequests, queueKey(taskId, queueId), {
      taskId,
      queueId,
      kind,
      stage: 'pending',
      since: now,
    }),
  }),
  'queue-request-finished'({ queueRequests }, { taskId, queueId, hasLeft, now }) {
    const key = queueKey(taskId, queueId);
    const request = queueRequests.get(key);
    if (request === undefined) return {};
    return {
      queueRequests: hasLeft
        ? withEntry(queueRequests, key, { ...request, stage: 'left', since: now })
        : withoutEntries(queueRequests, (each) => each === key),
    };
  },
  'queue-full': ({ fullQueues }, { taskId, reason }) => ({
    fullQueues:
      reason === null
        ? withoutEntries(fullQueues, (id) => id === taskId)
        : withEntry(fullQueues, taskId, reason),
  }),
} satisfies SliceReducer<OutboxState, OutboxEvent>;

/** Without a message that waits for it, a full queue does not matter. */
const withMessages = (
  fullQueues: OutboxState['fullQueues'],
  deliveries: OutboxState['deliveries'],
): OutboxState['fullQueues'] =>
  fullQueues.size === 0
    ? fullQueues
    : withoutEntries(fullQueues, (id) => !deliveries.some(({ taskId }) => taskId === id));

/** The requests without those that a transcript confirms, which was requested at `startedAt`. */
export const withoutConfirmedRequests = (
  queueRequests: OutboxState['queueRequests'],
  taskId: string,
  startedAt: number,
): OutboxState['queueRequests'] =>
  withoutEntries(
    queueRequests,
    (_, request) => request.taskId === taskId && request.stage === 'left' && request.since < startedAt,
  );
