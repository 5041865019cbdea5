import { type Delivery, nextToSend } from '../../domain/delivery.ts';
import { deliveryTiming } from '../../domain/rules.ts';
import type { Task } from '../../domain/task.ts';
import { phaseIn, taskById } from '../../store/selectors.ts';
import type { SyncContext } from '../sync-context.ts';
import type { DeliveryWorker } from './delivery-worker.ts';
import type { OutboxStore } from './outbox-store.ts';

/** The messages to one task go one after the other; those to two tasks know nothing of each other. */
export interface TaskQueues {
  /** Begins what can begin. */
  startReady(): void;
  /** Goes on with what a taskdeck began that runs no more. */
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
      // It is asked again as soon as there is room.
      if (!worker.isAtCapacity) deliver(delivery, task);
      return;
    }
    // Before the server has told its tasks none is missing.
    if (state.listFreshness.requestedAt !== null)
      worker.findTask(delivery, (found) => deliver(delivery, found, found));
  }

  /** `unlisted` is the task again, where the list does not hold it. */
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
