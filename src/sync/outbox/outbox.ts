import { randomUUID } from 'node:crypto';
import { type Delivery, isUnsent, isWithServer, nextToSend } from '../../domain/delivery.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import type { OutboxOperations } from '../../domain/ports/operations.ts';
import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import { deliveryTiming } from '../../domain/rules.ts';
import type { Task } from '../../domain/task.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import { taskById } from '../../store/task-index.ts';
import { createDeliveryResolver } from './delivery-resolver.ts';
import { createDeliveryWorker, type WorkerContext } from './delivery-worker.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createServerQueue } from './server-queue.ts';

/** How often the outbox looks for changes by other instances on this machine, ms. */
const EXTERNAL_CHECK_MS = 2_000;

type OutboxContext = Omit<WorkerContext, 'outboxStore' | 'resolver' | 'stopping'> & {
  readonly outboxStorage: OutboxStorage;
};

export interface Outbox extends OutboxOperations {
  /** Continues with the messages of another storage: the signed-in user is known now. */
  switchStorage(storage: OutboxStorage): void;
  /** Releases all messages. Waiting ones stay queued; the next instance finds out whether pending sends arrived. */
  stop(): void;
}

/**
 * Delivers messages until a server has them: in order, one at a time per task, different tasks independently. Sends a
 * message again only when the server refused it, was not reached, or provably does not have it. Only one instance on
 * this machine sends it. In read-only mode all messages stay as they are.
 */
export function createOutbox(context: OutboxContext): Outbox {
  const { store, clock } = context;
  const stopping = new AbortController();
  const outboxStore = createOutboxStore(store, context.outboxStorage);
  const parts = { ...context, outboxStore, stopping: stopping.signal };
  const resolver = createDeliveryResolver(parts);
  const worker = createDeliveryWorker({ ...parts, resolver });
  const serverQueue = createServerQueue(parts);

  /** Starts every send, resume and look that can start now. */
  function work(): void {
    const { deliveries: known, settings } = store.getState();
    if (stopping.signal.aborted || settings.readOnly || known.length === 0) return;
    resolver.checkReceived();
    const { deliveries } = store.getState();
    for (const taskQueue of Map.groupBy(deliveries, ({ taskId }) => taskId).values()) {
      const next = nextToSend(taskQueue);
      if (next !== null) start(next);
    }
    for (const delivery of deliveries)
      if (resolver.isUnsettled(delivery) && !worker.isWorkingOn(delivery.id)) worker.settle(delivery.id);
  }

  function start(delivery: Delivery): void {
    const state = store.getState();
    if (worker.isWorkingOn(delivery.id) || worker.isBackingOff(delivery.taskId)) return;
    const task = taskById(state, delivery.taskId);
    if (task !== null) {
      // The end of a start changes the state, which calls `work` again.
      if (!worker.isAtCapacity) deliver(delivery, task);
      return;
    }
    // Without a received list, a missing task means nothing.
    if (state.listFreshness.requestedAt !== null)
      worker.findTask(delivery, (found) => deliver(delivery, found, found));
  }

  /** `unlisted`: the same task, when it is not in the list. */
  function deliver(delivery: Delivery, task: Task, unlisted?: Task): void {
    const phase = phaseIn(store.getState(), task);
    if (deliveryTiming(task, phase) === 'now') worker.deliver(delivery, task);
    else if (delivery.resume && phase === 'paused') worker.resume(delivery, unlisted);
  }

  /** Takes over started messages of instances that no longer run. */
  function takeOverAbandoned(): void {
    const { deliveries, settings } = store.getState();
    if (settings.readOnly) return;
    for (const delivery of deliveries) {
      const { id, stage, instanceName } = delivery;
      if (stage === 'waiting' || stage === 'asked' || isWithServer(delivery)) continue;
      if (instanceName === outboxStore.instanceName) continue;
      if (instanceName === null || !outboxStore.isAlive(instanceName))
        outboxStore.apply(id, {
          type: 'abandoned',
          instanceName: outboxStore.instanceName,
          now: clock.now(),
        });
    }
  }

  const unsubscribe = store.subscribe(work);
  const stopSleep = clock.onSleep((ms) => {
    for (const { id, instanceName } of store.getState().deliveries)
      if (instanceName === outboxStore.instanceName) outboxStore.apply(id, { type: 'slept', ms });
  });

  let cancel = (): void => {};
  const scheduleExternalCheck = (): void => {
    cancel = clock.after(EXTERNAL_CHECK_MS, () => {
      outboxStore.refresh();
      takeOverAbandoned();
      work();
      scheduleExternalCheck();
    });
  };
  const switchStorage = (storage: OutboxStorage): void => {
    outboxStore.switchStorage(storage);
    takeOverAbandoned();
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
    add: (taskId, text, { resume = false, extras } = {}) =>
      outboxStore.add({
        id: randomUUID(),
        taskId,
        text,
        ...(extras && { extras }),
        resume,
        since: clock.now(),
      }),
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
    ...serverQueue,
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
