import { type ActionId, actionById, undoDelayMs } from '../domain/action.ts';
import type { BulkOperations } from '../domain/ports/operations.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { pendingBulkOperation } from '../store/bulk-progress.ts';
import { placeOf } from '../store/selectors.ts';
import type { BulkOperation } from '../store/slices/actions.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';
import type { Operations } from './task-operations.ts';

/** Maximum concurrent requests of all bulk operations together. */
const MAX_CONCURRENT = 4;
/** The user did not see the end of a countdown that is later than this: the process or the machine slept; ms. */
const MAX_LATE_MS = 2_000;

export interface BulkRunner extends BulkOperations {
  /** Ends all bulk operations: a waiting one never starts, and unsent requests are dropped. */
  stop(): void;
}

interface BulkRequest {
  readonly operation: BulkOperation;
  readonly task: Task;
}

export function createBulkRunner({
  store,
  clock,
  operations,
  changed,
}: Pick<SyncContext, 'store' | 'clock'> & {
  readonly operations: Pick<Operations, 'act' | 'request'>;
  readonly changed: () => void;
}): BulkRunner {
  let requests: BulkRequest[] = [];
  let activeCount = 0;
  let counter = 0;
  /** Finished operations with at least one failure. */
  let failedOperations = 0;
  /** Operations with an answer that does not settle its task. */
  const unsettled = new Set<string>();
  let stopped = false;
  let cancelTimer = (): void => {};

  /** The undo window of an action, ms; 0 when it acts at once. */
  const delayOf = (id: ActionId): number => {
    const state = store.getState();
    return undoDelayMs(actionById(state.actionTables, id), placeOf(state));
  };

  function startCountdown(until: number): void {
    cancelTimer();
    cancelTimer = clock.after(Math.max(0, until - clock.now()), () => {
      const operation = pendingBulkOperation(store.getState());
      if (operation === null || operation.stage === 'held') return;
      if (clock.now() - operation.startsAt > MAX_LATE_MS)
        hold(operation, clock.now() + delayOf(operation.action));
      else startNow(operation.id);
    });
  }

  /** Holds an operation while the quit question is open (`until` null); its undo window then starts again. */
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
    else if (!isConfirming && operation.stage === 'held')
      hold(operation, clock.now() + delayOf(operation.action));
  });

  function startNow(id: string): void {
    cancelTimer();
    store.batch(() => {
      const operation = store.getState().bulkOperations.find((each) => each.id === id);
      const task = operation?.tasks[0];
      if (!operation?.isSingle || task === undefined) return sendAll(id);
      store.dispatch({ type: 'bulk-operation-started', id, now: clock.now() });
      void operations.act(operation.action, task.id, knownTask(store.getState(), task.id) ?? task);
    });
  }

  function sendAll(id: string): void {
    store.dispatch({ type: 'bulk-operation-started', id, now: clock.now() });
    const operation = store.getState().bulkOperations.find((each) => each.id === id);
    if (operation === undefined) return;
    const failed = new Set(operation.failures.map(({ taskId }) => taskId));
    const eligible = operation.tasks.filter((task) => !failed.has(task.id));
    if (eligible.length === 0) return end(id);
    for (const task of eligible) requests.push({ operation, task });
    sendRequests();
  }

  function sendRequests(): void {
    while (!stopped && activeCount < MAX_CONCURRENT) {
      const next = requests.shift();
      if (next === undefined) return;
      activeCount++;
      void sendRequest(next);
    }
  }

  async function sendRequest({ operation, task }: BulkRequest): Promise<void> {
    const { id, action } = operation;
    store.dispatch({ type: 'bulk-task-started', id, taskId: task.id, now: clock.now() });
    const result = await operations.request(action, knownTask(store.getState(), task.id) ?? task);
    activeCount--;
    if (stopped || result === undefined) return;
    if (!result.isSettled) unsettled.add(id);
    const { failure: reason } = result;
    const failure = reason === null ? null : { taskId: task.id, title: titleOf(task), reason };
    store.batch(() => {
      store.dispatch({ type: 'bulk-task-finished', id, taskId: task.id, failure, now: clock.now() });
      const current = store.getState().bulkOperations.find((each) => each.id === id);
      if (current !== undefined && current.doneCount === current.tasks.length) end(id);
      sendRequests();
    });
  }

  function end(id: string): void {
    const operation = store.getState().bulkOperations.find((each) => each.id === id);
    if (operation !== undefined && operation.failures.length > 0) failedOperations++;
    store.dispatch({ type: 'bulk-operation-finished', id, now: clock.now() });
    if (unsettled.delete(id)) changed();
  }

  function startWaiting(): void {
    const waiting = pendingBulkOperation(store.getState());
    if (waiting !== null) startNow(waiting.id);
  }

  function queue(action: ActionId, tasks: readonly Task[], isSingle: boolean): void {
    const now = clock.now();
    const id = `o${++counter}`;
    const delayMs = delayOf(action);
    const operation: BulkOperation = {
      id,
      action,
      tasks,
      isSingle,
      stage: 'waiting',
      startsAt: now + delayMs,
      doneCount: 0,
      failures: [],
    };
    store.dispatch({ type: 'bulk-operation-queued', operation, now });
    if (delayMs > 0) startCountdown(now + delayMs);
    else startNow(id);
  }

  function undo(): void {
    const operation = pendingBulkOperation(store.getState());
    if (operation === null) return;
    cancelTimer();
    store.dispatch({ type: 'bulk-operation-cancelled', id: operation.id, now: clock.now() });
  }

  return {
    start(action, tasks) {
      startWaiting();
      queue(action, tasks, false);
    },
    startSingle(action, task) {
      const waiting = pendingBulkOperation(store.getState());
      if (waiting?.isSingle && waiting.tasks.some(({ id }) => id === task.id)) undo();
      else startWaiting();
      queue(action, [task], true);
    },
    undo,
    finishAll() {
      const failedBefore = failedOperations;
      // Also ends an operation without eligible tasks.
      startWaiting();
      return new Promise((resolve) => {
        const check = (): void => {
          if (store.getState().bulkOperations.length > 0) return;
          unsubscribeCheck();
          resolve(failedOperations === failedBefore);
        };
        const unsubscribeCheck = store.subscribe(check);
        check();
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
