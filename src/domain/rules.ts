import { keyFor } from './key-placeholder.ts';
import type { Phase, TaskAction } from './phase.ts';

/** True, or a sentence for the user with the reason. */
export type Availability = true | string;

/**
 * Whether an action needs the user's confirmation. A delete cannot be undone, nor can a local pause: it ends the
 * command, and a resume does not run it again. A paused workspace of a deployment can be resumed.
 */
export const needsConfirmation = (action: TaskAction, isLocal: boolean): boolean =>
  action === 'delete' || (action === 'pause' && isLocal);

/**
 * Whether a task in this phase can be paused. The server decides: these rules only save requests that would certainly
 * fail. Source: the task buttons of coder/coder, and its 409 while any build is active.
 */
export function mayPause(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
      return 'It is already paused.';
    case 'pausing':
    case 'deleting':
      return `It is already ${phase}.`;
    case 'queued':
    case 'starting':
    case 'resuming':
      return 'It is still starting. Pause it when it is working.';
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
      return 'It is still pausing. Resume it when it is paused.';
    case 'deleting':
      return 'It is being deleted.';
    default:
      return 'It is not paused.';
  }
}

export function mayDelete(phase: Phase): Availability {
  switch (phase) {
    case 'deleting':
      return 'It is already being deleted.';
    case 'queued':
    case 'starting':
    case 'resuming':
    case 'pausing':
      return `It cannot be deleted while it is ${phase}. Try again in a moment.`;
    default:
      return true;
  }
}

/**
 * Whether the initial prompt can be edited, with which the next start begins. Coder answers 409 unless the task is
 * paused.
 */
export function mayEditPrompt(phase: Phase): Availability {
  switch (phase) {
    case 'paused':
      return true;
    case 'pausing':
      return 'It is still pausing. Edit the prompt when it is paused.';
    case 'deleting':
      return 'It is being deleted.';
    default:
      return `Only the prompt of a paused task can be edited. Press ${keyFor('pause')} to pause it.`;
  }
}

/** When a message to a task in this phase is sent. */
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
