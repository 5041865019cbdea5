import type { ActionId } from '../domain/action.ts';
import type { BulkOperation } from './slices/actions.ts';
import type { State } from './state.ts';

/** The operation that has not started, which undo cancels; or null. */
export const pendingBulkOperation = ({
  bulkOperations,
}: Pick<State, 'bulkOperations'>): BulkOperation | null =>
  bulkOperations.find(({ stage }) => stage !== 'running') ?? null;

/** The operations with a progress row. A held one has a question instead. */
export const visibleBulkOperations = ({
  bulkOperations,
}: Pick<State, 'bulkOperations'>): readonly BulkOperation[] =>
  bulkOperations.filter(({ stage }) => stage !== 'held');

/** The action that waits for this single task; null without one. */
export function waitingActionOn(
  { bulkOperations }: Pick<State, 'bulkOperations'>,
  taskId: string,
): ActionId | null {
  const operation = pendingBulkOperation({ bulkOperations });
  return operation?.isSingle && operation.tasks.some(({ id }) => id === taskId) ? operation.action : null;
}

export const remainingTasks = ({ tasks, doneCount }: BulkOperation): number => tasks.length - doneCount;

/** When the countdown of a waiting operation next changes, Unix ms; Infinity without one. */
export function nextCountdownAt({ bulkOperations, now }: Pick<State, 'bulkOperations' | 'now'>): number {
  const operation = bulkOperations.find(({ stage }) => stage === 'waiting');
  return operation === undefined
    ? Number.POSITIVE_INFINITY
    : operation.startsAt - Math.max(0, secondsUntil(operation.startsAt, now) - 1) * 1_000;
}

/** Whole seconds, rounded up; at least 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1_000));
