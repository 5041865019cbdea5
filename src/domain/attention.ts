import type { Phase } from './phase.ts';

/** Whether a task in this phase waits for a person. `seen`: it was looked at since it got there. */
export function needsYou(phase: Phase, seen: boolean): boolean {
  switch (phase) {
    case 'idle':
    case 'failed':
    case 'error':
      return true;
    case 'complete':
      return !seen;
    default:
      return false;
  }
}
