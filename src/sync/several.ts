import type { BulkOperations } from '../domain/ports/operations.ts';
import { canBeTakenBack, TAKE_BACK_MS } from '../domain/several.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { waitingOrder } from '../store/countdown.ts';
import { knownTask } from '../store/selectors.ts';
import type { Order } from '../store/state.ts';
import type { Context } from './context.ts';
import type { Operations } from './operations.ts';

/** How many requests of orders are under way at once, however many orders there are. */
const AT_ONCE = 4;
/** A countdown that ends later than this was not looked at: the program was stopped, or the machine slept; ms. */
const UNSEEN_MS = 2_000;

export interface Several extends BulkOperations {
  /** Ends all of them: an operation that waits never starts, and requests that have not begun are dropped. */
  stop(): void;
}

interface Job {
  readonly order: Order;
  readonly task: Task;
}

export function createSeveral({
  store,
  clock,
  request,
  changed,
}: Pick<Context, 'store' | 'clock'> &
  Pick<Operations, 'request'> & { readonly changed: () => void }): Several {
  let jobs: Job[] = [];
  let underWay = 0;
  let counter = 0;
  /** How many orders ended with a failure. */
  let failedOrders = 0;
  let stopped = false;
  let cancelTimer = (): void => {};

  function wait(until: number): void {
    cancelTimer();
    cancelTimer = clock.after(Math.max(0, until - clock.now()), () => {
      const order = waitingOrder(store.getState());
      if (order === null || order.stage === 'held') return;
      if (clock.now() - order.dueAt > UNSEEN_MS) hold(order, clock.now() + TAKE_BACK_MS);
      else begin(order.id);
    });
  }

  /** Nothing goes while the user is asked about it; after that it can be taken back as long as at first. */
  function hold({ id }: Order, until: number | null): void {
    cancelTimer();
    store.dispatch({ type: 'order-held', id, until, now: clock.now() });
    if (until !== null) wait(until);
  }

  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const order = waitingOrder(state);
    if (order === null) return;
    const isAsked = state.view.overlay?.kind === 'confirm-quit';
    if (isAsked && order.stage === 'waiting') hold(order, null);
    else if (!isAsked && order.stage === 'held') hold(order, clock.now() + TAKE_BACK_MS);
  });

  function begin(id: string): void {
    cancelTimer();
    store.dispatch({ type: 'order-begun', id, now: clock.now() });
    const order = store.getState().orders.find((each) => each.id === id);
    if (order === undefined) return;
    const failed = new Set(order.failures.map(({ taskId }) => taskId));
    const able = order.tasks.filter((task) => !failed.has(task.id));
    if (able.length === 0) return end(id);
    for (const task of able) jobs.push({ order, task });
    work();
  }

  function work(): void {
    while (!stopped && underWay < AT_ONCE) {
      const job = jobs.shift();
      if (job === undefined) return;
      underWay++;
      void perform(job);
    }
  }

  async function perform({ order, task }: Job): Promise<void> {
    const { id, intent } = order;
    store.dispatch({ type: 'order-asks', id, taskId: task.id, now: clock.now() });
    const reason = await request(intent, knownTask(store.getState(), task.id) ?? task);
    underWay--;
    if (stopped || reason === undefined) return;
    const failure = reason === null ? null : { taskId: task.id, title: titleOf(task), reason };
    store.dispatch({ type: 'order-answered', id, taskId: task.id, failure, now: clock.now() });
    const now = store.getState().orders.find((each) => each.id === id);
    if (now !== undefined && now.done === now.tasks.length) end(id);
    work();
  }

  function end(id: string): void {
    const order = store.getState().orders.find((each) => each.id === id);
    if (order !== undefined && order.failures.length > 0) failedOrders++;
    store.dispatch({ type: 'order-ended', id, now: clock.now() });
    changed();
  }

  function goNow(): void {
    const waiting = waitingOrder(store.getState());
    if (waiting !== null) begin(waiting.id);
  }

  return {
    give(intent, tasks) {
      goNow();
      const now = clock.now();
      const id = `o${++counter}`;
      const dueAt = canBeTakenBack(intent) ? now + TAKE_BACK_MS : now;
      const order: Order = { id, intent, tasks, stage: 'waiting', dueAt, done: 0, failures: [] };
      store.dispatch({ type: 'order-given', order, now });
      if (canBeTakenBack(intent)) wait(dueAt);
      else begin(id);
    },
    takeBack() {
      const order = waitingOrder(store.getState());
      if (order === null) return;
      cancelTimer();
      store.dispatch({ type: 'order-taken-back', id: order.id, now: clock.now() });
    },
    finish() {
      const failedBefore = failedOrders;
      // An order that can do nothing ends in here.
      goNow();
      return new Promise((resolve) => {
        const look = (): void => {
          if (store.getState().orders.length > 0) return;
          unwatch();
          resolve(failedOrders === failedBefore);
        };
        const unwatch = store.subscribe(look);
        look();
      });
    },
    stop() {
      stopped = true;
      jobs = [];
      cancelTimer();
      unsubscribe();
    },
  };
}
