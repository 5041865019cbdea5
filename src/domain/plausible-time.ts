/** Coder did not exist earlier. A server reports an unknown time as year 1 or 1970; Unix ms. */
const EARLIEST = Date.UTC(2000, 0, 1);
/** The largest error of a wrong time zone, ms. */
const MAX_AHEAD_MS = 24 * 60 * 60_000;
/** The upper limit when `now` is not given; Unix ms. */
const LATEST = Date.UTC(2100, 0, 1);

/**
 * Whether a server's time of a past event, Unix ms, is neither zero nor far in the future. Other times count as
 * unknown.
 */
export const isPlausibleTime = (at: number, now = LATEST): boolean =>
  at >= EARLIEST && at <= now + MAX_AHEAD_MS;
