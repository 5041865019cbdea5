import { isKnownTime } from './known-time.ts';
import type { Task } from './task.ts';

/** The one word that says how a task is. */
export type Phase =
  | 'deleting'
  | 'pausing'
  | 'paused'
  | 'queued'
  | 'starting'
  | 'resuming'
  | 'error'
  | 'working'
  | 'idle'
  | 'complete'
  | 'failed'
  | 'unknown';

/** All of them, from the first a task goes through to the last. */
export const PHASES: readonly Phase[] = [
  'queued',
  'starting',
  'resuming',
  'working',
  'idle',
  'complete',
  'failed',
  'error',
  'pausing',
  'paused',
  'deleting',
  'unknown',
];

/** What we asked of a task and the server has not shown yet. */
export type Intent = 'pause' | 'resume' | 'delete';

/** `error` flashes up during a healthy start; Coder's own command line waits this long before it believes it. */
const START_GRACE_MS = 5 * 60_000;
/** An active task that has said nothing yet is taken to be working for this long after its start. */
const SILENT_START_MS = 2 * 60_000;

/** Which of our own requests a task's phase depends on; `since` is Unix time in ms. */
export interface Asked {
  readonly intent: Intent;
  readonly since: number;
}

/**
 * The phase of a task. Rules in the order of design section 3: the first that fits.
 * `asked` is what the user asked for and the server has not answered for yet; `now` is Unix time in ms.
 */
export function phaseOf(task: Task, now: number, asked?: Asked): Phase {
  if (asked?.intent === 'delete' || task.workspaceStatus === 'deleting') return 'deleting';
  if (asked?.intent === 'pause') return 'pausing';
  if (asked?.intent === 'resume') return 'resuming';
  const again = task.buildNumber > 1;
  switch (task.status) {
    case 'paused':
      return 'paused';
    case 'pending':
      return again ? 'resuming' : 'queued';
    case 'initializing':
      return again ? 'resuming' : 'starting';
    case 'error':
      return task.workspaceStatus === 'running' && hasChangedWithin(task, START_GRACE_MS, now)
        ? 'starting'
        : 'error';
    case 'active':
      return phaseOfAgent(task, now);
    case 'unknown':
      return task.workspaceStatus === 'stopping' || task.workspaceStatus === 'pending'
        ? 'pausing'
        : 'unknown';
    default:
      return 'unknown';
  }
}

function phaseOfAgent(task: Task, now: number): Phase {
  switch (task.state?.state) {
    case 'working':
    case 'idle':
    case 'complete':
    case 'failed':
      return task.state.state;
    default:
      return hasChangedWithin(task, SILENT_START_MS, now) ? 'working' : 'idle';
  }
}

const hasChangedWithin = ({ updatedAt }: Task, ms: number, now: number): boolean =>
  isKnownTime(updatedAt, now) && now - updatedAt < ms;

/** The agent runs and its transcript can grow. */
export const isLive = (phase: Phase): boolean => phase === 'working' || phase === 'idle';

/** Something is on its way that ends by itself. */
export const isMoving = (phase: Phase): boolean =>
  phase === 'queued' ||
  phase === 'starting' ||
  phase === 'resuming' ||
  phase === 'pausing' ||
  phase === 'deleting';
