import { keyFor } from './key-hint.ts';
import type { Intent, Phase } from './phase.ts';
import { deliveryTo, mayDelete, mayPause, mayResume, type Verdict } from './rules.ts';
import { counted } from './text/count.ts';

/** What can be done to several tasks at once. */
export type Act = Intent | 'send';

/** How long a pause or a delete of several tasks can be taken back, ms. */
export const TAKE_BACK_MS = 5_000;

/** Whether it waits before it is done: what comes to nothing by a resume or a message can be undone by hand. */
export const canBeTakenBack = (act: Act): boolean => act === 'pause' || act === 'delete';

/** May this be done to a task in this phase? */
export function may(act: Act, phase: Phase): Verdict {
  switch (act) {
    case 'pause':
      return mayPause(phase);
    case 'resume':
      return mayResume(phase);
    case 'delete':
      return mayDelete(phase);
    case 'send':
      return deliveryTo(phase) === 'never' ? (NO_MESSAGE[phase] ?? 'It takes no message now.') : true;
  }
}

const NO_MESSAGE: Partial<Readonly<Record<Phase, string>>> = {
  deleting: 'It is being deleted.',
  error: `It is in error and takes no message: ${keyFor('resume')} starts it again.`,
  unknown: 'The server cannot tell how it is, so it takes no message now.',
};

/** `paused`, `deleted`: how a task is when this has been done to it. */
export const PAST: Readonly<Record<Act, string>> = {
  pause: 'paused',
  resume: 'resumed',
  delete: 'deleted',
  send: 'sent to',
};

/** `pausing`: what is being done to it. */
export const DOING: Readonly<Record<Act, string>> = {
  pause: 'pausing',
  resume: 'resuming',
  delete: 'deleting',
  send: 'sending to',
};

/** `1 task`, `5 tasks`. */
export const tasksInWords = (count: number): string => counted(count, 'task');
