import { randomUUID } from 'node:crypto';
import { isUnsent } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import type { OutboxOperations } from '../../domain/ports/operations.ts';
import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import { createDeliveryWorker } from './delivery-worker.ts';
import type { OutboxContext } from './outbox-context.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createReconciler } from './reconcile.ts';
import { createTaskQueues } from './task-queues.ts';

/** How often the outbox looks for changes by other instances on this machine, ms. */
const EXTERNAL_CHECK_MS = 2_000;

export interface Outbox extends OutboxOperations {
  /** Continues with the messages of another storage: the signed-in user is known now. */
  switchStorage(storage: OutboxStorage): void;
  /** Releases all messages. Waiting ones stay queued; the next instance finds out whether pending sends arrived. */
  stop(): void;
}

/**
 * Delivers messages in order, one at a time per task. Sends a message again only when the server refused it, was not
 * reached, or provably does not have it. Only one instance on this machine sends it.
 */
export function createOutbox(context: OutboxContext): Outbox {
  const { store, clock } = context;
  const stopping = new AbortController();
  const outboxStore = createOutboxStore(store, context.outboxStorage);
  const worker = createDeliveryWorker({ ...context, outboxStore, stopping: stopping.signal });
  const reconcile = createReconciler({ ...context, outboxStore });
  const taskQueues = createTaskQueues({ ...context, outboxStore, worker });

  const work = (): void => {
    if (stopping.signal.aborted || store.getState().deliveries.length === 0) return;
    reconcile();
    taskQueues.startReady();
  };
  const unsubscribe = store.subscribe(work);
  const stopSleep = clock.onSleep((ms) => {
    for (const { id, instanceName } of store.getState().deliveries)
      if (instanceName === outboxStore.instanceName) outboxStore.apply(id, { type: 'slept', ms });
  });

  let cancel = (): void => {};
  const scheduleExternalCheck = (): void => {
    cancel = clock.after(EXTERNAL_CHECK_MS, () => {
      outboxStore.refresh();
      taskQueues.takeOverAbandoned();
      work();
      scheduleExternalCheck();
    });
  };
  const switchStorage = (storage: OutboxStorage): void => {
    outboxStore.switchStorage(storage);
    taskQueues.takeOverAbandoned();
    work();
    // Unanswered questions of an earlier run also hold back the messages behind them.
    if (!store.getState().deliveries.some(({ stage }) => stage === 'asked')) return;
    const text = `A message has an unknown delivery status. Press ${keyFor('outbox')} to resolve it.`;
    const cause = { kind: 'unknown-deliveries' } as const;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now(), cause } });
  };
  switchStorage(context.outboxStorage);
  scheduleExternalCheck();

  return {
    add: (taskId, text, resume = false) =>
      outboxStore.add({ id: randomUUID(), taskId, text, resume, since: clock.now() }),
    cancel(id) {
      outboxStore.returnToPrompt(id);
      worker.abort(id);
    },
    edit(id) {
      const delivery = outboxStore.find(id);
      return delivery !== null && isUnsent(delivery) && outboxStore.returnToPrompt(id);
    },
    move: (id, by) => outboxStore.move(id, by),
    answer: (id, answer) =>
      void outboxStore.apply(
        id,
        answer === 'delivered'
          ? { type: 'marked-delivered' }
          : { type: 'resend-requested', now: clock.now() },
      ),
    switchStorage,
    stop() {
      unsubscribe();
      stopSleep();
      cancel();
      stopping.abort();
      // Other instances can take over at once, without waiting for proof that this one has ended.
      for (const { id, instanceName } of store.getState().deliveries) {
        if (instanceName === outboxStore.instanceName)
          outboxStore.apply(id, { type: 'abandoned', instanceName: null, now: clock.now() });
      }
      worker.stop();
    },
  };
}
