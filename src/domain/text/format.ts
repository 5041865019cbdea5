import { isPlausibleTime } from '../plausible-time.ts';

/** `one` for a count of 1, else `many`; `many` defaults to `one` with an s. */
export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

/** A count with its noun: `1 hit`, `0 hits`, `2 hits`. */
export const counted = (count: number, one: string, many?: string): string =>
  `${count} ${plural(count, one, many)}`;

/** The text with a capital letter at the start. */
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `640 B`, `1.2 KB`, `3.4 MB`. A KB has 1,000 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [size, unit] = bytes < 999_500 ? [bytes / 1_000, 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** RFC 3339, UTC; `at` is Unix time in ms. */
export const isoTime = (at: number): string => new Date(at).toISOString();

/** The same without milliseconds. */
export const isoSeconds = (at: number): string => isoTime(at).replace(/\.\d+Z$/, 'Z');

/** The same for a server's time, which may be unknown. */
export const serverTimeText = (at: number): string =>
  isPlausibleTime(at) ? isoSeconds(at) : 'at an unknown time';
