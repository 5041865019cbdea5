import { keyFor } from './key-placeholder.ts';
import type { Phase, TaskAction } from './phase.ts';
import { type Availability, deliveryTiming, mayDelete, mayPause, mayResume } from './rules.ts';
import { counted } from './text/count.ts';

/** An action that can be applied to several tasks at once. */
export type BulkAction = TaskAction | 'send';

/** How long a bulk pause or delete can be undone, ms. */
export const UNDO_WINDOW_MS = 5_000;

/**
 * Whether the action waits for the undo window. A resume can be reverted by hand; a message in the outbox can be
 * cancelled.
 */
export const hasUndoWindow = (action: BulkAction): boolean => action === 'pause' || action === 'delete';

/** Whether the action applies to a task in this phase. */
export function bulkAvailability(action: BulkAction, phase: Phase): Availability {
  switch (action) {
    case 'pause':
      return mayPause(phase);
    case 'resume':
      return mayResume(phase);
    case 'delete':
      return mayDelete(phase);
    case 'send':
      return deliveryTiming(phase) === 'never'
        ? (NO_MESSAGE_REASONS[phase] ?? 'It accepts no messages now.')
        : true;
  }
}

const NO_MESSAGE_REASONS: Partial<Readonly<Record<Phase, string>>> = {
  deleting: 'It is being deleted.',
  error: `It is in error and accepts no messages. Press ${keyFor('resume')} to start it again.`,
  unknown: 'Its status is unknown, so it accepts no messages now.',
};

export const PAST_PARTICIPLES: Readonly<Record<BulkAction, string>> = {
  pause: 'paused',
  resume: 'resumed',
  delete: 'deleted',
  send: 'sent to',
};

export const PRESENT_PARTICIPLES: Readonly<Record<BulkAction, string>> = {
  pause: 'pausing',
  resume: 'resuming',
  delete: 'deleting',
  send: 'sending to',
};

/** `1 task`, `5 tasks`. */
export const countedTasks = (count: number): string => counted(count, 'task');
