import type { Phase } from './phase.ts';
import type { Task } from './task.ts';

/**
 * Whether a task in this phase waits for a person. `seen`: it was looked at since it got there. An agent that never
 * said that it is idle is only taken to be so, and needs nobody.
 */
export function needsYou({ state }: Pick<Task, 'state'>, phase: Phase, seen: boolean): boolean {
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
