import type { BulkOperation, State } from './state.ts';

/** The one that has not begun and can be taken back, or null. */
export const pendingBulkOperation = ({
  bulkOperations,
}: Pick<State, 'bulkOperations'>): BulkOperation | null =>
  bulkOperations.find(({ stage }) => stage !== 'running') ?? null;

/** Those that a line tells of: about one that is held the user is asked. */
export const visibleBulkOperations = ({
  bulkOperations,
}: Pick<State, 'bulkOperations'>): readonly BulkOperation[] =>
  bulkOperations.filter(({ stage }) => stage !== 'held');

/** Of how many tasks it is not known yet what becomes of them. */
export const remainingTasks = ({ tasks, doneCount }: BulkOperation): number => tasks.length - doneCount;

/** When the countdown of an order next reads differently, Unix ms; infinity when none counts. */
export function nextCountdownAt({ bulkOperations, now }: Pick<State, 'bulkOperations' | 'now'>): number {
  const operation = bulkOperations.find(({ stage }) => stage === 'waiting');
  return operation === undefined
    ? Number.POSITIVE_INFINITY
    : operation.startsAt - Math.max(0, secondsUntil(operation.startsAt, now) - 1) * 1_000;
}

/** Whole seconds, the begun one included; never below 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1_000));
