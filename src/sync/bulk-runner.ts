import { hasUndoWindow, UNDO_WINDOW_MS } from '../domain/bulk-rules.ts';
import type { BulkOperations } from '../domain/ports/operations.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { knownTask } from '../store/selectors.ts';
import type { BulkOperation } from '../store/state.ts';
import type { SyncContext } from './sync-context.ts';
import type { Operations } from './task-operations.ts';

/** How many requests of orders are under way at once, however many orders there are. */
const MAX_CONCURRENT = 4;
/** A countdown that ends later than this was not looked at: the program was stopped, or the machine slept; ms. */
const MAX_LATE_MS = 2_000;

export interface BulkRunner extends BulkOperations {
  /** Ends all of them: an operation that waits never starts, and requests that have not begun are dropped. */
  stop(): void;
}

interface BulkRequest {
  readonly operation: BulkOperation;
  readonly task: Task;
}

export function createBulkRunner({
  store,
  clock,
  request,
  changed,
}: Pick<SyncContext, 'store' | 'clock'> &
  Pick<Operations, 'request'> & { readonly changed: () => void }): BulkRunner {
  let requests: BulkRequest[] = [];
  let activeCount = 0;
  let counter = 0;
  /** How many orders ended with a failure. */
  let failedOperations = 0;
  let stopped = false;
  let cancelTimer = (): void => {};

  function startCountdown(until: number): void {
    cancelTimer();
    cancelTimer = clock.after(Math.max(0, until - clock.now()), () => {
      const operation = pendingBulkOperation(store.getState());
      if (operation === null || operation.stage === 'held') return;
      if (clock.now() - operation.startsAt > MAX_LATE_MS) hold(operation, clock.now() + UNDO_WINDOW_MS);
      else begin(operation.id);
    });
  }

  /** Nothing goes while the user is asked about it; after that it can be taken back as long as at first. */
  function hold({ id }: BulkOperation, until: number | null): void {
    cancelTimer();
    store.dispatch({ type: 'bulk-operation-deferred', id, until, now: clock.now() });
    if (until !== null) startCountdown(until);
  }

  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const operation = pendingBulkOperation(state);
    if (operation === null) return;
    const isConfirming = state.view.overlay?.kind === 'confirm-quit';
    if (isConfirming && operation.stage === 'waiting') hold(operation, null);
    else if (!isConfirming && operation.stage === 'held') hold(operation, clock.now() + UNDO_WINDOW_MS);
  });

  function begin(id: string): void {
    cancelTimer();
    store.dispatch({ type: 'bulk-operation-started', id, now: clock.now() });
    const operation = store.getState().bulkOperations.find((each) => each.id === id);
    if (operation === undefined) return;
    const failed = new Set(operation.failures.map(({ taskId }) => taskId));
    const able = operation.tasks.filter((task) => !failed.has(task.id));
    if (able.length === 0) return end(id);
    for (const task of able) requests.push({ operation, task });
    sendRequests();
  }

  function sendRequests(): void {
    while (!stopped && activeCount < MAX_CONCURRENT) {
      const job = requests.shift();
      if (job === undefined) return;
      activeCount++;
      void sendRequest(job);
    }
  }

  async function sendRequest({ operation, task }: BulkRequest): Promise<void> {
    const { id, action } = operation;
    store.dispatch({ type: 'bulk-task-started', id, taskId: task.id, now: clock.now() });
    const reason = await request(action, knownTask(store.getState(), task.id) ?? task);
    activeCount--;
    if (stopped || reason === undefined) return;
    const failure = reason === null ? null : { taskId: task.id, title: titleOf(task), reason };
    store.dispatch({ type: 'bulk-task-finished', id, taskId: task.id, failure, now: clock.now() });
    const now = store.getState().bulkOperations.find((each) => each.id === id);
    if (now !== undefined && now.doneCount === now.tasks.length) end(id);
    sendRequests();
  }

  function end(id: string): void {
    const operation = store.getState().bulkOperations.find((each) => each.id === id);
    if (operation !== undefined && operation.failures.length > 0) failedOperations++;
    store.dispatch({ type: 'bulk-operation-finished', id, now: clock.now() });
    changed();
  }

  function startWaiting(): void {
    const waiting = pendingBulkOperation(store.getState());
    if (waiting !== null) begin(waiting.id);
  }

  return {
    start(intent, tasks) {
      startWaiting();
      const now = clock.now();
      const id = `o${++counter}`;
      const dueAt = hasUndoWindow(intent) ? now + UNDO_WINDOW_MS : now;
      const operation: BulkOperation = {
        id,
        action: intent,
        tasks,
        stage: 'waiting',
        startsAt: dueAt,
        doneCount: 0,
        failures: [],
      };
      store.dispatch({ type: 'bulk-operation-queued', operation, now });
      if (hasUndoWindow(intent)) startCountdown(dueAt);
      else begin(id);
    },
    undo() {
      const operation = pendingBulkOperation(store.getState());
      if (operation === null) return;
      cancelTimer();
      store.dispatch({ type: 'bulk-operation-cancelled', id: operation.id, now: clock.now() });
    },
    finishAll() {
      const failedBefore = failedOperations;
      // An order that can do nothing ends in here.
      startWaiting();
      return new Promise((resolve) => {
        const look = (): void => {
          if (store.getState().bulkOperations.length > 0) return;
          unwatch();
          resolve(failedOperations === failedBefore);
        };
        const unwatch = store.subscribe(look);
        look();
      });
    },
    stop() {
      stopped = true;
      requests = [];
      cancelTimer();
      unsubscribe();
    },
  };
}
