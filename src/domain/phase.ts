import { isPlausibleTime } from './plausible-time.ts';
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
export type TaskAction = 'pause' | 'resume' | 'delete';

/** `error` flashes up during a healthy start; Coder's own command line waits this long before it believes it. */
const START_GRACE_MS = 5 * 60_000;
/** An active task that has said nothing yet is taken to be working for this long after its start. */
const SILENT_START_MS = 2 * 60_000;

/** Which of our own requests a task's phase depends on; `since` is Unix time in ms. */
export interface RequestedAction {
  readonly action: TaskAction;
  readonly since: number;
}

/**
 * The phase of a task. Rules in the order of design section 3: the first that fits.
 * `asked` is what the user asked for and the server has not answered for yet; `now` is Unix time in ms.
 */
export function phaseOf(task: Task, now: number, requested?: RequestedAction): Phase {
  if (requested?.action === 'delete' || task.workspaceStatus === 'deleting') return 'deleting';
  if (requested?.action === 'pause') return 'pausing';
  if (requested?.action === 'resume') return 'resuming';
  const isRestart = task.buildNumber > 1;
  switch (task.status) {
    case 'paused':
      return 'paused';
    case 'pending':
      return isRestart ? 'resuming' : 'queued';
    case 'initializing':
      return isRestart ? 'resuming' : 'starting';
    case 'error':
      return task.workspaceStatus === 'running' && hasChangedWithin(task, START_GRACE_MS, now)
        ? 'starting'
        : 'error';
    case 'active':
      return agentPhase(task, now);
    case 'unknown':
      return task.workspaceStatus === 'stopping' || task.workspaceStatus === 'pending'
        ? 'pausing'
        : 'unknown';
    default:
      return 'unknown';
  }
}

function agentPhase(task: Task, now: number): Phase {
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
  isPlausibleTime(updatedAt, now) && now - updatedAt < ms;

/** The agent runs and its transcript can grow. */
export const isAgentRunning = (phase: Phase): boolean => phase === 'working' || phase === 'idle';

/** Something is on its way that ends by itself. */
export const isTransitional = (phase: Phase): boolean =>
  phase === 'queued' ||
  phase === 'starting' ||
  phase === 'resuming' ||
  phase === 'pausing' ||
  phase === 'deleting';
