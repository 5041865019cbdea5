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

/** How often the user wants things to be asked for, seconds: `poll` in their settings. */
export interface Pace {
  /** The list while nothing moves; 0.6 of it while something does. */
  readonly list: number;
  /** The transcript of a working task; all else about the selected task keeps its proportion to that. */
  readonly transcript: number;
}

export const USUAL_PACE: Pace = { list: 5, transcript: 1 };

const LIST_MOVING = 0.6;

/** The list is also how states of tasks that are not selected become known. */
export const listInterval = (isAnythingMoving: boolean, { list }: Pace = USUAL_PACE): number =>
  list * 1_000 * (isAnythingMoving ? LIST_MOVING : 1);

/** What the workspace of the selected task does, while it does something. */
export const buildInterval = ({ transcript }: Pace = USUAL_PACE): number => transcript * 1_000;

/** The selected task's status, beside the list. */
export function statusInterval(phase: Phase, { transcript }: Pace = USUAL_PACE): Interval {
  switch (phase) {
    case 'queued':
    case 'starting':
    case 'resuming':
    case 'pausing':
      return transcript * 1_000;
    case 'working':
      return transcript * 2_000;
    default:
      return null;
  }
}

/** The selected task's transcript. It cannot change while nothing runs, and cannot be read in some states. */
export function transcriptInterval(phase: Phase, { transcript }: Pace = USUAL_PACE): Interval {
  switch (phase) {
    case 'working':
      return transcript * 1_000;
    case 'idle':
    case 'complete':
    case 'failed':
      // A resting agent may start again by itself, and its reported state lags behind.
      return transcript * 4_000;
    case 'queued':
    case 'starting':
    case 'resuming':
      return transcript * 4_000;
    default:
      return null;
  }
}

/** Source: the logs endpoint answers 409 in `error` and `unknown`, which is also what a task is while it pauses. */
export const isTranscriptReadable = (phase: Phase): boolean =>
  phase !== 'error' && phase !== 'unknown' && phase !== 'pausing' && phase !== 'deleting';
