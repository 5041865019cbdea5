import { isPlausibleTime } from '../plausible-time.ts';

/** RFC 3339, UTC; `at` is Unix time in ms. */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** The same without milliseconds. */
export const isoSeconds = (at: number): string => isoTime(at).replace(/\.\d+Z$/, 'Z');

/** The same for a server's time, which may be unknown. */
export const serverTimeText = (at: number): string =>
  isPlausibleTime(at) ? isoSeconds(at) : 'at an unknown time';
