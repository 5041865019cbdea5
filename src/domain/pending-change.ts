import type { RequestedAction, TaskAction } from './phase.ts';
import type { Task } from './task.ts';

/** An action without a visible effect counts as failed after this time, ms. */
const SETTLE_TIMEOUT_MS = 90_000;

/** An action that the user requested, shown as done until the server confirms or rejects it. */
export interface PendingChange extends RequestedAction {
  /** The task's build at the request: a higher one proves that the server acted. */
  readonly buildNumber: number;
}

/** `now` is Unix ms. */
export const beginChange = (action: TaskAction, task: Task, now: number): PendingChange => ({
  action,
  since: now,
  buildNumber: task.buildNumber,
});

/** Whether the server's status of the task replaces the pending change. */
export function isSettled(change: PendingChange, task: Task, now: number): boolean {
  if (now - change.since > SETTLE_TIMEOUT_MS) return true;
  if (change.action === 'delete') return false;
  if (task.buildNumber > change.buildNumber) return true;
  // A server that does not count builds still reports the requested status.
  return change.action === 'pause'
    ? task.status === 'paused'
    : task.buildNumber === 0 && task.status === 'active';
}
