import { isPlausibleTime } from './plausible-time.ts';
import type { ChatFacts, CoderTaskFacts, Task } from './task.ts';

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

/** In the order of a task's life. */
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

/** A healthy start may report `error` for a moment. Coder's own command line ignores it for this long, ms. */
const START_GRACE_MS = 5 * 60_000;
/** An active task without a report counts as working for this long after its start, ms. */
const SILENT_START_MS = 2 * 60_000;

/**
 * The phase of a task: the first rule that matches. `requested` is an action that the server has not confirmed yet, with
 * the phase that it shows, or null if it shows none; `now` is Unix ms.
 */
export function phaseOf(task: Task, now: number, requested?: { readonly phase: Phase | null }): Phase {
  const { facts } = task;
  if (facts.kind === 'coder-task' && facts.workspaceStatus === 'deleting') return 'deleting';
  if (requested !== undefined && requested.phase !== null) return requested.phase;
  return facts.kind === 'chat' ? chatPhase(facts) : coderTaskPhase(task, facts, now);
}

function coderTaskPhase(
  task: Task,
  { status, workspaceStatus, buildNumber }: CoderTaskFacts,
  now: number,
): Phase {
  const isRestart = buildNumber > 1;
  switch (status) {
    case 'paused':
      return 'paused';
    case 'pending':
      return isRestart ? 'resuming' : 'queued';
    case 'initializing':
      return isRestart ? 'resuming' : 'starting';
    case 'error':
      return workspaceStatus === 'running' && hasChangedWithin(task, START_GRACE_MS, now)
        ? 'starting'
        : 'error';
    case 'active':
      return agentPhase(task, now);
    case 'unknown':
      return workspaceStatus === 'stopping' || workspaceStatus === 'pending' ? 'pausing' : 'unknown';
    default:
      return 'unknown';
  }
}

/** Source: the status words of Coder's chats. */
function chatPhase(facts: ChatFacts): Phase {
  const { status, queuedForCapacity, questions, unread, archived, parentId } = facts;
  switch (status) {
    case 'pending':
      return 'queued';
    case 'running':
      return queuedForCapacity ? 'queued' : 'working';
    case 'interrupting':
      return 'working';
    // Without a question the program that created the chat must act, not the user.
    case 'requires_action':
      return questions.length > 0 ? 'idle' : 'working';
    case 'waiting':
      // The agent that started a sub-agent reads its answers.
      return archived || (questions.length === 0 && (unread === false || parentId !== null))
        ? 'complete'
        : 'idle';
    // The turn is over, and a user edits the next message of the queue.
    case 'paused':
      return 'idle';
    // Not `error`: there is no build to start again, a message continues the chat.
    case 'error':
      return 'failed';
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

/** The agent runs, so the transcript can grow. */
export const isAgentRunning = (phase: Phase): boolean => phase === 'working' || phase === 'idle';

/** The phase ends by itself. */
export const isTransitional = (phase: Phase): boolean =>
  phase === 'queued' ||
  phase === 'starting' ||
  phase === 'resuming' ||
  phase === 'pausing' ||
  phase === 'deleting';
