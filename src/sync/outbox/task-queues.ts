import { type Delivery, nextToSend } from '../../domain/delivery.ts';
import { deliveryTiming } from '../../domain/rules.ts';
import type { Task } from '../../domain/task.ts';
import { phaseIn, taskById } from '../../store/selectors.ts';
import type { SyncContext } from '../sync-context.ts';
import type { DeliveryWorker } from './delivery-worker.ts';
import type { OutboxStore } from './outbox-store.ts';

/** Sends the messages of each task one after the other, and different tasks independently. */
export interface TaskQueues {
  /** Starts every send, resume and lookup that can start now. */
  startReady(): void;
  /** Takes over started messages of instances that no longer run. */
  takeOverAbandoned(): void;
}

export function createTaskQueues({
  store,
  clock,
  outboxStore,
  worker,
}: Pick<SyncContext, 'store' | 'clock'> & {
  readonly outboxStore: OutboxStore;
  readonly worker: DeliveryWorker;
}): TaskQueues {
  function start(delivery: Delivery): void {
    const state = store.getState();
    if (worker.isWorkingOn(delivery.id) || worker.isBackingOff(delivery.taskId)) return;
    const task = taskById(state, delivery.taskId);
    if (task !== null) {
      // A freed slot changes the state, which calls `startReady` again.
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
    if (deliveryTiming(phase) === 'now') worker.deliver(delivery, task);
    else if (delivery.resume && phase === 'paused') worker.resume(delivery, unlisted);
  }

  return {
    startReady() {
      for (const taskQueue of groupByTask(store.getState().deliveries)) {
        const next = nextToSend(taskQueue);
        if (next !== null) start(next);
        for (const delivery of taskQueue) {
          const isOurs = delivery.stage === 'unsure' && delivery.instanceName === outboxStore.instanceName;
          if (isOurs && !worker.isWorkingOn(delivery.id)) worker.settle(delivery.id);
        }
      }
    },
    takeOverAbandoned() {
      for (const { id, stage, instanceName } of store.getState().deliveries) {
        if (stage === 'waiting' || stage === 'accepted' || stage === 'asked') continue;
        if (
          instanceName !== outboxStore.instanceName &&
          (instanceName === null || !outboxStore.isAlive(instanceName))
        )
          outboxStore.apply(id, {
            type: 'abandoned',
            instanceName: outboxStore.instanceName,
            now: clock.now(),
          });
      }
    },
  };
}

function groupByTask(deliveries: readonly Delivery[]): Iterable<readonly Delivery[]> {
  const queues = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const taskQueue = queues.get(delivery.taskId);
    if (taskQueue === undefined) queues.set(delivery.taskId, [delivery]);
    else taskQueue.push(delivery);
  }
  return queues.values();
}
