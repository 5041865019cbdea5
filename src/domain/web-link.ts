import type { Task } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** UTF-16 units. */
const MAX_LENGTH = 2_000;

/**
 * A web URL from untrusted text, in plain ASCII; null for anything else: other schemes, credentials (which can disguise
 * the host), blanks, and misleading characters.
 */
export function parseWebUrl(untrusted: string): string | null {
  if (untrusted.length > MAX_LENGTH || !/^https?:\/\//iu.test(untrusted)) return null;
  if (/[\s\\]/u.test(untrusted) || sanitiseLine(untrusted) !== untrusted) return null;
  const url = URL.parse(untrusted);
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') return null;
  return /^[\x21-\x7e]+$/u.test(url.href) ? url.href : null;
}

/** Host and path, for narrow places. */
export function shortUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/$/u, '')}`;
}

/** The agent's link for the heading; null without a valid one. */
export function taskLink(task: Task): { readonly address: string; readonly label: string } | null {
  const address = parseWebUrl(task.state?.uri ?? '');
  return address === null ? null : { address, label: shortUrl(address) };
}
