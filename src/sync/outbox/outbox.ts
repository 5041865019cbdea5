import { randomUUID } from 'node:crypto';
import { isUnsent } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import type { OutboxOperations } from '../../domain/ports/operations.ts';
import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import type { OutboxContext } from './context.ts';
import { createDeliveryWorker } from './delivery-worker.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createReconciler } from './reconcile.ts';
import { createTaskQueues } from './task-queues.ts';

/** How often it is asked whether another taskdeck of this machine did something, ms. */
const EXTERNAL_CHECK_MS = 2_000;

export interface Outbox extends OutboxOperations {
  /** Goes on with the messages of these rows: it is known now whose they are. */
  switchStorage(storage: OutboxStorage): void;
  /** What waits stays in the queue; of what is on its way the next taskdeck finds out what became of it. */
  stop(): void;
}

/**
 * Delivers messages, one at a time for each task and in their order. A message is sent again only when the server
 * refused it, was never reached, or can be seen not to have it; of two taskdecks on one machine one sends it.
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
  const switchStorage = (rows: OutboxStorage): void => {
    outboxStore.switchStorage(rows);
    taskQueues.takeOverAbandoned();
    work();
    // What was asked in an earlier run waits for its answer, and so does all that comes after it.
    if (!store.getState().deliveries.some(({ stage }) => stage === 'asked')) return;
    const text = `It is not known whether a message arrived: ${keyFor('outbox')} shows it and asks what to do.`;
    const about = { kind: 'unknown-deliveries' } as const;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now(), cause: about } });
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
      // Another taskdeck, or the next one, need not wait until it is clear that this one has ended.
      for (const { id, instanceName } of store.getState().deliveries) {
        if (instanceName === outboxStore.instanceName)
          outboxStore.apply(id, { type: 'abandoned', instanceName: null, now: clock.now() });
      }
      worker.stop();
    },
  };
}
