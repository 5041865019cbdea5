/** A poll without a byte for this long is silent, and probes start; ms. */
export const SILENT_MS = 5_000;
/** Whether a request that timed out after `tookMs` hung, as opposed to failing at once. */
export const isHang = (tookMs: number): boolean => tookMs >= SILENT_MS;

/** The interval between probes, and the timeout of each; ms. */
export const PROBE_INTERVAL_MS = 5_000;

/** The bounds of the silence limit, unless responses usually take longer; ms. */
const MIN_LIMIT_MS = 10_000;
const MAX_LIMIT_MS = 35_000;
/** How many times longer than usual a response may take. */
const SLOWDOWN_FACTOR = 3;
/** The slowest of this many last responses counts as usual. */
const MAX_SAMPLES = 5;

/** The recent response times of one poll. */
export interface ResponseTimes {
  /** Oldest first. */
  readonly samplesMs: readonly number[];
  /** Consecutive polls that were aborted since the last response. */
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
 * The silence after which a poll is aborted, ms: 3 times the usual response time, at least 10 s, doubled up to 35 s by
 * each aborted poll. Before any response 35 s, because Coder waits 30 s for a workspace.
 */
export function silenceLimit({ samplesMs, timeouts }: ResponseTimes): number {
  if (samplesMs.length === 0) return MAX_LIMIT_MS;
  const usual = Math.max(MIN_LIMIT_MS, SLOWDOWN_FACTOR * Math.max(...samplesMs));
  return Math.max(usual, Math.min(MAX_LIMIT_MS, usual * 2 ** timeouts));
}
