import { isPlausibleTime } from './plausible-time.ts';
import type { Task } from './task.ts';

/** Sorts before all other times; Unix ms. */
const UNKNOWN_TIME = 0;

/**
 * When the task entered its phase, Unix ms; 0 when unknown. For an active Coder Task that is the agent's last report.
 * Otherwise that report may be much older than the pause or the failure, and the server does not always keep the
 * workspace's time up to date, so the later one counts.
 */
export function phaseSince({ state, updatedAt, facts }: Task, now: number): number {
  const updated = isPlausibleTime(updatedAt, now) ? updatedAt : UNKNOWN_TIME;
  if (state === null || !isPlausibleTime(state.at, now)) return updated;
  return facts.kind === 'coder-task' && facts.status === 'active' ? state.at : Math.max(state.at, updated);
}

/** How long the task has been in its phase, ms; NaN when unknown. */
export function phaseAgeMs(task: Task, now: number): number {
  const since = phaseSince(task, now);
  return since === UNKNOWN_TIME ? Number.NaN : now - since;
}

/** Unix ms; 0 when unknown. */
export const creationTime = ({ createdAt }: Task, now: number): number =>
  isPlausibleTime(createdAt, now) ? createdAt : UNKNOWN_TIME;
