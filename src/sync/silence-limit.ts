/** A poll without a byte for this long is silent: probes begin beside it; ms. */
export const SILENT_MS = 5_000;
/** Whether a request that timed out after `tookMs` hung, and did not fail at once. */
export const isHang = (tookMs: number): boolean => tookMs >= SILENT_MS;

/** A probe begins this long after the one before, and may take as long; ms. */
export const PROBE_INTERVAL_MS = 5_000;

/** The silence after which a poll is given up is between these, unless its answers usually take longer; ms. */
const MIN_LIMIT_MS = 10_000;
const MAX_LIMIT_MS = 35_000;
/** How much longer than usual an answer may take. */
const SLOWDOWN_FACTOR = 3;
/** How many of the last answers say what is usual: the slowest of them. */
const MAX_SAMPLES = 5;

/** How a poll was answered lately. */
export interface ResponseTimes {
  /** How long the last answers took, ms; oldest first. */
  readonly samplesMs: readonly number[];
  /** How many polls in a row were given up since the last answer. */
  readonly timeouts: number;
}

export const NO_RESPONSES: ResponseTimes = { samplesMs: [], timeouts: 0 };

export const withResponse = ({ samplesMs }: ResponseTimes, tookMs: number): ResponseTimes => ({
  samplesMs: [...samplesMs, tookMs].slice(-MAX_SAMPLES),
  timeouts: 0,
});

export const withTimeout = (times: ResponseTimes): ResponseTimes => ({
  ...times,
  timeouts: times.timeouts + 1,
});

/**
 * The silence after which a poll is given up, ms: three times its usual answer time and at least 10 s. It doubles up to 35 s
 * with each poll that is given up; without any answer yet it is 35 s, because Coder itself waits 30 s for a workspace.
 */
export function silenceLimit({ samplesMs, timeouts }: ResponseTimes): number {
  if (samplesMs.length === 0) return MAX_LIMIT_MS;
  const usual = Math.max(MIN_LIMIT_MS, SLOWDOWN_FACTOR * Math.max(...samplesMs));
  return Math.max(usual, Math.min(MAX_LIMIT_MS, usual * 2 ** timeouts));
}
