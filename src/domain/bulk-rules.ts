import { keyFor } from './key-placeholder.ts';
import type { Phase, TaskAction } from './phase.ts';
import { type Availability, deliveryTiming, mayDelete, mayPause, mayResume } from './rules.ts';
import { counted } from './text/count.ts';

/** What can be done to several tasks at once. */
export type BulkAction = TaskAction | 'send';

/** How long a pause or a delete of several tasks can be taken back, ms. */
export const UNDO_WINDOW_MS = 5_000;

/** Whether it waits before it is done: what comes to nothing by a resume or a message can be undone by hand. */
export const hasUndoWindow = (action: BulkAction): boolean => action === 'pause' || action === 'delete';

/** May this be done to a task in this phase? */
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
        ? (NO_MESSAGE_REASONS[phase] ?? 'It takes no message now.')
        : true;
  }
}

const NO_MESSAGE_REASONS: Partial<Readonly<Record<Phase, string>>> = {
  deleting: 'It is being deleted.',
  error: `It is in error and takes no message: ${keyFor('resume')} starts it again.`,
  unknown: 'The server cannot tell how it is, so it takes no message now.',
};

/** `paused`, `deleted`: how a task is when this has been done to it. */
export const PAST_PARTICIPLES: Readonly<Record<BulkAction, string>> = {
  pause: 'paused',
  resume: 'resumed',
  delete: 'deleted',
  send: 'sent to',
};

/** `pausing`: what is being done to it. */
export const PRESENT_PARTICIPLES: Readonly<Record<BulkAction, string>> = {
  pause: 'pausing',
  resume: 'resuming',
  delete: 'deleting',
  send: 'sending to',
};

/** `1 task`, `5 tasks`. */
export const countedTasks = (count: number): string => counted(count, 'task');
