import type { RequestedAction, TaskAction } from './phase.ts';
import type { Task } from './task.ts';

/** After this long without a sign of it, what was asked is taken to have come to nothing; ms. */
const SETTLE_TIMEOUT_MS = 90_000;

/** Something the user asked of a task, shown as if it were so until the server shows it or refuses it. */
export interface PendingChange extends RequestedAction {
  /** The task's build when it was asked: a higher one is the server's own word that it acted. */
  readonly buildNumber: number;
}

/** Begins a change of a task; `now` is Unix time in ms. */
export const beginChange = (action: TaskAction, task: Task, now: number): PendingChange => ({
  action,
  since: now,
  buildNumber: task.buildNumber,
});

/** Whether the server's word about the task now replaces what we show in its place. */
export function isSettled(change: PendingChange, task: Task, now: number): boolean {
  if (now - change.since > SETTLE_TIMEOUT_MS) return true;
  if (change.action === 'delete') return false;
  if (task.buildNumber > change.buildNumber) return true;
  // Servers that do not count builds still show the status that was asked for.
  return change.action === 'pause'
    ? task.status === 'paused'
    : task.buildNumber === 0 && task.status === 'active';
}
