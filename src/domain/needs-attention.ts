import type { Phase } from './phase.ts';
import type { Task } from './task.ts';
import { plural } from './text/count.ts';

/**
 * Whether a task in this phase waits for a person. `seen`: it was looked at since it got there. An agent that never
 * said that it is idle is only taken to be so, and needs nobody.
 */
export function needsAttention({ state }: Pick<Task, 'state'>, phase: Phase, seen: boolean): boolean {
  switch (phase) {
    case 'idle':
      return state?.state === 'idle';
    case 'failed':
    case 'error':
      return true;
    case 'complete':
      return !seen;
    default:
      return false;
  }
}

/**
 * What there is to be seen of a task, as a word that is equal only to itself: a new report of the agent is something
 * new, and so is what becomes of the next build. Kept over restarts, so its form stays.
 */
export const statusFingerprint = ({
  status,
  state,
  buildNumber,
}: Pick<Task, 'status' | 'state' | 'buildNumber'>): string =>
  status === 'active' && state !== null ? `${state.state} ${state.at}` : `${status} ${buildNumber}`;

/** `1 needs you`, `3 need you`: how many tasks need the user. */
export const needsAttentionText = (count: number): string => `${count} ${plural(count, 'needs', 'need')} you`;
