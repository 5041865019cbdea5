import { sanitiseLine } from './sanitise.ts';
import { truncate } from './width.ts';

/** A sanitised path with `~` for the home directory; a long one keeps its end. */
export function shortPath(untrusted: string, home: string | undefined, columns: number): string {
  const base = home?.replace(/\/+$/u, '') ?? '';
  const isBelow = base !== '' && (untrusted === base || untrusted.startsWith(`${base}/`));
  return truncate(sanitiseLine(isBelow ? `~${untrusted.slice(base.length)}` : untrusted), columns, 'start');
}
