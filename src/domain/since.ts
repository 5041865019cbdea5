import type { Task } from './task.ts';

/**
 * Since when a task has been as it is, Unix ms. While its agent runs that is for the agent to say; else its last report
 * may be much older than the pause or the failure, and the workspace's own time is not always kept up to date.
 */
export function sinceWhen({ status, state, updatedAt }: Task): number {
  if (state === null) return updatedAt;
  return status === 'active' ? state.at : Math.max(state.at, updatedAt);
}
