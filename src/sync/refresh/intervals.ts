import type { Phase } from '../../domain/phase.ts';

/** Ms between two polls; null: no polling until something changes. */
export type Interval = number | null;

/** The maximum share of the time that the server works for one kind of request. */
const DEFAULT_BUSY_SHARE = 0.1;
/** A longer response time does not count: the machine slept meanwhile; ms. */
const MAX_COUNTED_MS = 60_000;
/** The maximum share by which delays grow, so that many clients do not poll in step. */
const JITTER = 0.1;

/**
 * The delay after a response that took `tookMs`: at least `intervalMs`, and long enough that the server works for at
 * most the share `busy` of the time (above 0, up to 1); ms.
 */
export const pauseAfterAnswer = (intervalMs: number, tookMs: number, busy = DEFAULT_BUSY_SHARE): number =>
  Math.max(intervalMs, Math.round(Math.min(tookMs, MAX_COUNTED_MS) * (1 / busy - 1)));

/** `intervalMs` plus up to 10 % of it. `random`: from 0 to below 1. */
export const withJitter = (intervalMs: number, random: number): number => intervalMs * (1 + JITTER * random);

/** The age at which data is stale, counted from the start of its request: the next response should have arrived; ms. */
export const staleAfter = (interval: Interval, tookMs: number, busy = DEFAULT_BUSY_SHARE): number =>
  interval === null
    ? Number.POSITIVE_INFINITY
    : tookMs + pauseAfterAnswer(withJitter(interval, 1), tookMs, busy) + tookMs;

/** Notifications come from the list, so it slows down less than the details. */
const UNFOCUSED_FACTORS = { list: 2, detail: 3 } as const;

/** The factor of poll intervals while the terminal has no focus. Unknown (null) counts as focused. */
export const unfocusedFactor = (kind: keyof typeof UNFOCUSED_FACTORS, focused: boolean | null): number =>
  focused === false ? UNFOCUSED_FACTORS[kind] : 1;

/** The configured poll intervals, seconds: `poll` in `config.jsonc`. */
export interface Pace {
  /** For the list; 0.6 of it while a task is in transition. */
  readonly list: number;
  /** For the transcript of a working task. Other intervals of the selected task are multiples of it. */
  readonly transcript: number;
  /** The maximum share of the time that the server works for one kind of request; 0.1 when missing. */
  readonly busy?: number;
}

export const DEFAULT_PACE: Pace = { list: 5, transcript: 1 };

const LIST_TRANSITION_FACTOR = 0.6;

/** The interval of the list, ms. The only source of the states of tasks that are not selected. */
export const listInterval = (isAnyTransitional: boolean, { list }: Pace = DEFAULT_PACE): number =>
  list * 1_000 * (isAnyTransitional ? LIST_TRANSITION_FACTOR : 1);

/** While a stream reports the changes of a list, its interval is this many times as long, but at most 30 s. */
const WATCHED_FACTOR = 6;
const MAX_WATCHED_MS = 30_000;

/**
 * The interval of a list whose changes a stream reports, ms; never shorter than the configured one. Some changes are not
 * reported, such as a read mark.
 */
export const watchedListInterval = ({ list }: Pace = DEFAULT_PACE): number =>
  Math.max(list * 1_000, Math.min(list * 1_000 * WATCHED_FACTOR, MAX_WATCHED_MS));

/** The interval of the selected task's build while it runs, ms. */
export const buildInterval = ({ transcript }: Pace = DEFAULT_PACE): number => transcript * 1_000;

/** The interval of the selected task's status. */
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

/** After this time an idle agent is unlikely to continue, and the list shows when it does; ms. */
const LONG_IDLE_MS = 15 * 60_000;

/** The interval of the selected task's transcript; null where it cannot change. */
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
      // An idle agent can continue by itself, and its reported state lags behind.
      return transcript * (phaseAgeMs < LONG_IDLE_MS ? 4_000 : 12_000);
    case 'queued':
    case 'starting':
    case 'resuming':
      return transcript * 4_000;
    default:
      return null;
  }
}

/** Source: Coder's logs endpoint answers 409 for the statuses `error` and `unknown` (also while a task pauses). */
export const isTranscriptReadable = (phase: Phase): boolean =>
  phase !== 'error' && phase !== 'unknown' && phase !== 'pausing' && phase !== 'deleting';
