/** Coder is younger. A server that has no time for something reports the year 1 or 1970; Unix ms. */
const EARLIEST = Date.UTC(2000, 0, 1);
/** No clock is further ahead than this: it is what a wrong time zone makes; ms. */
const MAX_AHEAD_MS = 24 * 60 * 60_000;
/** For times that no clock is at hand for; Unix ms. */
const LATEST = Date.UTC(2100, 0, 1);

/**
 * Whether a server can mean this time, Unix ms, of something that has happened by `now`: neither zero nor far ahead. All
 * other times are shown as unknown, and nothing is derived from them.
 */
export const isPlausibleTime = (at: number, now = LATEST): boolean =>
  at >= EARLIEST && at <= now + MAX_AHEAD_MS;
