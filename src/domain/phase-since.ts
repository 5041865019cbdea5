import { isPlausibleTime } from './plausible-time.ts';
import type { Task } from './task.ts';

/** What stands for an unknown time where times are compared: before all others; Unix ms. */
const UNKNOWN_TIME = 0;

/**
 * Since when a task has been as it is, Unix ms; 0 where the server does not say. While its agent runs that is for the agent
 * to say; else its last report may be much older than the pause or the failure, and the workspace's own time is not always
 * kept up to date.
 */
export function phaseSince({ status, state, updatedAt }: Task, now: number): number {
  const updated = isPlausibleTime(updatedAt, now) ? updatedAt : UNKNOWN_TIME;
  if (state === null || !isPlausibleTime(state.at, now)) return updated;
  return status === 'active' ? state.at : Math.max(state.at, updated);
}

/** How long a task has been as it is, ms; NaN where the server does not say. */
export function phaseAgeMs(task: Task, now: number): number {
  const since = phaseSince(task, now);
  return since === UNKNOWN_TIME ? Number.NaN : now - since;
}

/** When a task was made, Unix ms; 0 where the server does not say. */
export const creationTime = ({ createdAt }: Task, now: number): number =>
  isPlausibleTime(createdAt, now) ? createdAt : UNKNOWN_TIME;
