import { keyFor } from './key-placeholder.ts';
import type { Phase } from './phase.ts';
import type { Task } from './task.ts';

/** True, or a sentence for the user with the reason. */
export type Availability = true | string;

/**
 * Whether the initial prompt can be edited, with which the next start begins. Coder answers 409 unless the task is
 * paused.
 */
export function mayEditPrompt(task: Task, phase: Phase): Availability {
  if (task.facts.kind !== 'coder-task') return 'Its initial prompt cannot be changed.';
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

/** When a message is sent. */
export type DeliveryTiming = 'now' | 'when-ready' | 'needs-resume' | 'never';

/** When a message to a task in this phase is sent. A chat has a queue on the server: it takes messages during a turn. */
export function deliveryTiming({ facts }: Pick<Task, 'facts'>, phase: Phase): DeliveryTiming {
  switch (phase) {
    case 'idle':
    case 'complete':
    case 'failed':
      return 'now';
    case 'working':
    case 'queued':
      return facts.kind === 'chat' ? 'now' : 'when-ready';
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
