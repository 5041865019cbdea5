import type { Phase } from '../domain/phase.ts';

/** Ms between two looks at something; null: not before something happens. */
export type Interval = number | null;

/** A client never keeps the server busy for a greater share of the time with one kind of request. */
const DEFAULT_BUSY_SHARE = 0.1;
/** No request takes longer: a laptop that slept through an answer has not waited for it; ms. */
const MAX_COUNTED_MS = 60_000;
/** Rests are up to so much longer than they need be, so that many clients do not ask at the same moment for ever. */
const JITTER = 0.1;

/**
 * The rest after an answer that took `tookMs`, when the next look is due after `intervalMs`; ms. `busy` is the share of the
 * time that the server may be kept busy, from above 0 to 1.
 */
export const pauseAfterAnswer = (intervalMs: number, tookMs: number, busy = DEFAULT_BUSY_SHARE): number =>
  Math.max(intervalMs, Math.round(Math.min(tookMs, MAX_COUNTED_MS) * (1 / busy - 1)));

/** A little more than `intervalMs`, by `random`, which is from 0 to below 1; ms. */
export const withJitter = (intervalMs: number, random: number): number => intervalMs * (1 + JITTER * random);

/** How long after a question the answer to the next one can be there, when the last one took `tookMs`; ms. */
export const staleAfter = (interval: Interval, tookMs: number, busy = DEFAULT_BUSY_SHARE): number =>
  interval === null
    ? Number.POSITIVE_INFINITY
    : tookMs + pauseAfterAnswer(withJitter(interval, 1), tookMs, busy) + tookMs;

/** Who looks elsewhere needs to hear of it when a task needs them, and nothing else in a hurry. */
const UNFOCUSED_FACTORS = { list: 2, detail: 3 } as const;

/**
 * So much more seldom things are asked for while the terminal has not the keyboard. One that never says whether it has
 * counts as one that has.
 */
export const unfocusedFactor = (what: keyof typeof UNFOCUSED_FACTORS, focused: boolean | null): number =>
  focused === false ? UNFOCUSED_FACTORS[what] : 1;

/** How often the user wants things to be asked for, seconds: `poll` in their settings. */
export interface Pace {
  /** The list while nothing moves; 0.6 of it while something does. */
  readonly list: number;
  /** The transcript of a working task; all else about the selected task keeps its proportion to that. */
  readonly transcript: number;
  /** The share of the time that the server may be kept busy with one kind of request; a tenth when missing. */
  readonly busy?: number;
}

export const DEFAULT_PACE: Pace = { list: 5, transcript: 1 };

const LIST_TRANSITION_FACTOR = 0.6;

/** The list is also how states of tasks that are not selected become known. */
export const listInterval = (isAnyTransitional: boolean, { list }: Pace = DEFAULT_PACE): number =>
  list * 1_000 * (isAnyTransitional ? LIST_TRANSITION_FACTOR : 1);

/** What the workspace of the selected task does, while it does something. */
export const buildInterval = ({ transcript }: Pace = DEFAULT_PACE): number => transcript * 1_000;

/** The selected task's status, beside the list. */
export function statusInterval(phase: Phase, { transcript }: Pace = DEFAULT_PACE): Interval {
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

/** An agent that has rested for so long is not about to begin again, ms; and the list tells when it does. */
const LONG_IDLE_MS = 15 * 60_000;

/**
 * The selected task's transcript. It cannot change while nothing runs, and cannot be read in some states. `restedMs` is
 * how long the task has been in its phase.
 */
export function transcriptInterval(
  phase: Phase,
  { transcript }: Pace = DEFAULT_PACE,
  phaseAgeMs = 0,
): Interval {
  switch (phase) {
    case 'working':
      return transcript * 1_000;
    case 'idle':
    case 'complete':
    case 'failed':
      // A resting agent may start again by itself, and its reported state lags behind.
      return transcript * (phaseAgeMs < LONG_IDLE_MS ? 4_000 : 12_000);
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
