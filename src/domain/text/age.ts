import { isPlausibleTime } from '../plausible-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;

/**
 * The age as one short word that changes at most once a minute: `<1m`, `3m`, `1h`, `2d`, and `?` for an unknown time.
 * Unix times in ms.
 */
export function ageOf(then: number, now: number): string {
  if (!isPlausibleTime(then, now)) return '?';
  const elapsedMs = now - then;
  // If the local clock is behind the server's, new items appear to be in the future.
  return elapsedMs < MINUTE ? '<1m' : shortDuration(elapsedMs);
}

/** The ms until `ageOf` changes for an age of `ageMs`; more than 0. */
export function msUntilNextAge(ageMs: number): number {
  if (!(ageMs >= 0)) return MINUTE - (ageMs || 0);
  const unit = ageMs < HOUR ? MINUTE : ageMs < DAY ? HOUR : DAY;
  return unit - (ageMs % unit);
}

/**
 * A duration as one word, rounded down, at most three characters below a century: `45s`, `3m`, `1h`, `2d`, `30w`, `2y`.
 * Takes ms.
 */
export function shortDuration(ms: number): string {
  if (!(ms >= MINUTE)) return `${Math.max(0, Math.floor(ms / 1000)) || 0}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 100 * DAY) return `${Math.floor(ms / DAY)}d`;
  return ms < 2 * YEAR ? `${Math.floor(ms / WEEK)}w` : `${Math.floor(ms / YEAR)}y`;
}

/** A duration to the second, at most two words: `45s`, `1m 20s`, `12m`, `2h 5m`. Takes ms. */
export function exactDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000)) || 0;
  if (seconds < 60) return `${seconds}s`;
  const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
  if (seconds < 600) return two(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.floor(seconds / 60);
  return two(Math.floor(minutes / 60), 'h', minutes % 60, 'm').replace(/^0h /, '');
}

/** A duration to the minute, at most two words: `14m`, `3h 20m`, `2d 5h`. Takes ms. */
export function roundDuration(ms: number): string {
  if (!(ms >= HOUR)) return `${Math.max(0, Math.floor(ms / MINUTE)) || 0}m`;
  const [big, bigUnit, small, smallUnit] =
    ms < DAY
      ? [Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'm']
      : [Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h'];
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
}
