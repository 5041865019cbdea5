import type { Phase } from '../domain/phase.ts';

/** Ms between two looks at something; null: not before something happens. */
export type Interval = number | null;

/** A client never keeps the server busy for more than a tenth of the time with one kind of request. */
const REST_PER_WORK = 9;
/** A laptop that slept through an answer has not waited for it; ms. */
const LONGEST_REST = 5 * 60_000;

/** The rest after an answer that took `tookMs`, when the next look is due after `intervalMs`; ms. */
export const restAfter = (intervalMs: number, tookMs: number): number =>
  Math.max(intervalMs, Math.min(tookMs * REST_PER_WORK, LONGEST_REST));

/** How long after a question the answer to the next one can be there, when the last one took `tookMs`; ms. */
export const promiseAfter = (interval: Interval, tookMs: number): number =>
  interval === null ? Number.POSITIVE_INFINITY : tookMs + restAfter(interval, tookMs) + tookMs;

/** The list is also how states of tasks that are not selected become known. */
export const listInterval = (isAnythingMoving: boolean): number => (isAnythingMoving ? 3_000 : 5_000);

/** The selected task's status, beside the list. */
export function statusInterval(phase: Phase): Interval {
  switch (phase) {
    case 'queued':
    case 'starting':
    case 'resuming':
    case 'pausing':
      return 1_000;
    case 'working':
      return 2_000;
    default:
      return null;
  }
}

/** The selected task's transcript. It cannot change while nothing runs, and cannot be read in some states. */
export function transcriptInterval(phase: Phase): Interval {
  switch (phase) {
    case 'working':
      return 1_000;
    case 'idle':
    case 'complete':
    case 'failed':
      // A resting agent may start again by itself, and its reported state lags behind.
      return 4_000;
    case 'queued':
    case 'starting':
    case 'resuming':
      return 4_000;
    default:
      return null;
  }
}

/** Source: the logs endpoint answers 409 in `error` and `unknown`, which is also what a task is while it pauses. */
export const isTranscriptReadable = (phase: Phase): boolean =>
  phase !== 'error' && phase !== 'unknown' && phase !== 'pausing' && phase !== 'deleting';
