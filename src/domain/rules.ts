import { keyFor } from './key-placeholder.ts';
import type { Phase } from './phase.ts';
import type { Task } from './task.ts';

/** True, or a sentence for the user with the reason. */
export type Availability = true | string;

/** The longest title, in characters. */
export const MAX_TITLE = 200;

/** Whether messages take files. The API of Tasks takes text alone. */
export const mayAttach = ({ facts }: Pick<Task, 'facts'>): Availability =>
  facts.kind === 'chat' || 'A task takes no files: Coder sends it only text.';

/**
 * Whether the prompt can be edited: of a Coder Task the initial one, with which the next start begins (Coder answers 409
 * unless the task is paused), of a chat the last one.
 */
export function mayEditPrompt({ facts }: Pick<Task, 'facts'>, phase: Phase): Availability {
  if (facts.kind === 'chat') return closedReason({ facts }) ?? true;
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

/** The reason why the task takes no message in any phase; null if there is none. Coder rejects them with 400. */
export const closedReason = ({ facts }: Pick<Task, 'facts'>): string | null =>
  facts.kind === 'chat' && facts.archived
    ? `It is archived and accepts no messages. Press ${keyFor('resume')} to restore it.`
    : null;

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
    case 'unknown':
      // A status word of a newer server: the server decides.
      return facts.kind === 'chat' ? 'now' : 'never';
    default:
      return 'never';
  }
}
