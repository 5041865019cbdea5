import { isKnownTime } from './known-time.ts';
import type { Task } from './task.ts';

/** What stands for an unknown time where times are compared: before all others; Unix ms. */
const LONG_AGO = 0;

/**
 * Since when a task has been as it is, Unix ms; 0 where the server does not say. While its agent runs that is for the agent
 * to say; else its last report may be much older than the pause or the failure, and the workspace's own time is not always
 * kept up to date.
 */
export function sinceWhen({ status, state, updatedAt }: Task, now: number): number {
  const updated = isKnownTime(updatedAt, now) ? updatedAt : LONG_AGO;
  if (state === null || !isKnownTime(state.at, now)) return updated;
  return status === 'active' ? state.at : Math.max(state.at, updated);
}

/** How long a task has been as it is, ms; NaN where the server does not say. */
export function ageMsOf(task: Task, now: number): number {
  const since = sinceWhen(task, now);
  return since === LONG_AGO ? Number.NaN : now - since;
}

/** When a task was made, Unix ms; 0 where the server does not say. */
export const madeAt = ({ createdAt }: Task, now: number): number =>
  isKnownTime(createdAt, now) ? createdAt : LONG_AGO;
