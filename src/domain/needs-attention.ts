import type { Phase } from './phase.ts';
import type { Task } from './task.ts';
import { plural } from './text/count.ts';

/**
 * Whether a task in this phase waits for the user. `seen`: the user has viewed it since it got there. A task counts as
 * idle for attention only if its agent reported that.
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
 * A fingerprint of the task's visible status: a new report or build changes it. Stored between runs, so its format must
 * not change.
 */
export const statusFingerprint = ({
  status,
  state,
  buildNumber,
}: Pick<Task, 'status' | 'state' | 'buildNumber'>): string =>
  status === 'active' && state !== null ? `${state.state} ${state.at}` : `${status} ${buildNumber}`;

/** `1 needs you`, `3 need you`. */
export const needsAttentionText = (count: number): string => `${count} ${plural(count, 'needs', 'need')} you`;
