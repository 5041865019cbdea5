import { sanitiseLine } from './sanitise.ts';
import { truncate } from './width.ts';

/** A path as a person writes it: `~` for the home directory, safe to show, and of a long one its end. */
export function shortPath(untrusted: string, home: string | undefined, columns: number): string {
  const base = home?.replace(/\/+$/u, '') ?? '';
  const isBelow = base !== '' && (untrusted === base || untrusted.startsWith(`${base}/`));
  return truncate(sanitiseLine(isBelow ? `~${untrusted.slice(base.length)}` : untrusted), columns, 'start');
}
