import { keyFor } from './key-placeholder.ts';
import type { Phase, TaskAction } from './phase.ts';

/** True, or the reason why not: a sentence for the user. */
export type Availability = true | string;

/**
 * Whether the user is asked before it is done to a task. Deleting cannot be undone, nor can pausing on this machine: it
 * ends the command, which no resume runs again. A workspace that a deployment pauses can be resumed.
 */
export const needsConfirmation = (action: TaskAction, isLocal: boolean): boolean =>
  action === 'delete' || (action === 'pause' && isLocal);

/**
 * May this be asked of a task now? The server has the last word; these rules only spare the user a round trip whose
 * answer is known. Source: coder/coder's task buttons, and its 409 while any build is active.
 */
export function mayPause(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
      return 'It is paused already.';
    case 'pausing':
    case 'deleting':
      return `It is ${phase} already.`;
    case 'queued':
    case 'starting':
    case 'resuming':
      return 'It is still starting: a start cannot be paused. Try again when it works.';
    default:
      return true;
  }
}

export function mayResume(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
    case 'error':
    case 'unknown':
      return true;
    case 'pausing':
      return 'It is still pausing. Try again when it is paused.';
    case 'deleting':
      return 'It is being deleted.';
    default:
      return 'It is not paused.';
  }
}

export function mayDelete(phase: Phase): Availability {
  switch (phase) {
    case 'deleting':
      return 'It is being deleted already.';
    case 'queued':
    case 'starting':
    case 'resuming':
    case 'pausing':
      return `It is ${phase}: the server refuses to delete a task while its workspace is changing. Try again in a moment.`;
    default:
      return true;
  }
}

/** May the prompt be changed that a task begins with when it is started again? Coder answers 409 to anything but a paused task. */
export function mayEditPrompt(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
      return true;
    case 'pausing':
      return 'It is still pausing. Try again when it is paused.';
    case 'deleting':
      return 'It is being deleted.';
    default:
      return `Only for a paused task: ${keyFor('pause')} pauses it.`;
  }
}

/** What becomes of a message to a task in this phase. */
export type DeliveryTiming = 'now' | 'when-ready' | 'needs-resume' | 'never';

export function deliveryTiming(phase: Phase): DeliveryTiming {
  switch (phase) {
    case 'idle':
    case 'complete':
    case 'failed':
      return 'now';
    case 'working':
    case 'queued':
    case 'starting':
    case 'resuming':
      return 'when-ready';
    case 'pausing':
    case 'paused':
      return 'needs-resume';
    default:
      return 'never';
  }
}
