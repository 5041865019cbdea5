import { isPlausibleTime } from '../plausible-time.ts';

/** RFC 3339, UTC; `at` is Unix time in ms. */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** The same for people, who have no use for milliseconds. */
export const isoSeconds = (at: number): string => isoTime(at).replace(/\.\d+Z$/, 'Z');

/** The same for times of a server. */
export const serverTimeText = (at: number): string =>
  isPlausibleTime(at) ? isoSeconds(at) : 'at an unknown time';
