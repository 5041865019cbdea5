import { type Delivery, nextOf } from '../../domain/delivery.ts';
import { deliveryTo } from '../../domain/rules.ts';
import type { Task } from '../../domain/task.ts';
import { phaseIn, taskById } from '../../store/selectors.ts';
import type { Context } from '../context.ts';
import type { Desk } from './desk.ts';
import type { Queue } from './queue.ts';

/** The messages to one task go one after the other; those to two tasks know nothing of each other. */
export interface Lanes {
  /** Begins what can begin. */
  work(): void;
  /** Goes on with what a taskdeck began that runs no more. */
  takeOver(): void;
}

export function createLanes({
  store,
  clock,
  queue,
  desk,
}: Pick<Context, 'store' | 'clock'> & { readonly queue: Queue; readonly desk: Desk }): Lanes {
  function begin(delivery: Delivery): void {
    const state = store.getState();
    if (desk.isBusyWith(delivery.id) || desk.rests(delivery.taskId)) return;
    const task = taskById(state, delivery.taskId);
    if (task !== null) {
      // It is asked again as soon as there is room.
      if (!desk.isFull) deliver(delivery, task);
      return;
    }
    // Before the server has told its tasks none is missing.
    if (state.list.at !== null) desk.find(delivery, (found) => deliver(delivery, found, found));
  }

  /** `unlisted` is the task again, where the list does not hold it. */
  function deliver(delivery: Delivery, task: Task, unlisted?: Task): void {
    const phase = phaseIn(store.getState(), task);
    if (deliveryTo(phase) === 'now') desk.deliver(delivery, task);
    else if (delivery.resume && phase === 'paused') desk.resume(delivery, unlisted);
  }

  return {
    work() {
      for (const lane of lanesOf(store.getState().deliveries)) {
        const next = nextOf(lane);
        if (next !== null) begin(next);
        for (const delivery of lane) {
          const isOurs = delivery.stage === 'unsure' && delivery.owner === queue.me;
          if (isOurs && !desk.isBusyWith(delivery.id)) desk.findOut(delivery.id);
        }
      }
    },
    takeOver() {
      for (const { id, stage, owner } of store.getState().deliveries) {
        if (stage === 'waiting' || stage === 'taken' || stage === 'asked') continue;
        if (owner !== queue.me && (owner === null || !queue.isAlive(owner)))
          queue.take(id, { type: 'left', by: queue.me, now: clock.now() });
      }
    },
  };
}

function lanesOf(deliveries: readonly Delivery[]): Iterable<readonly Delivery[]> {
  const lanes = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const lane = lanes.get(delivery.taskId);
    if (lane === undefined) lanes.set(delivery.taskId, [delivery]);
    else lane.push(delivery);
  }
  return lanes.values();
}
