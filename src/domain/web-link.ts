import type { Task } from './task.ts';
import { sanitiseLine } from './text/sanitise.ts';

/** Longer ones are no links that a person follows; characters. */
const MAX_LENGTH = 2_000;

/**
 * The address of a web page in an untrusted text, in plain ASCII; null for anything else: other schemes, names and
 * passwords in it, which dress one host up as another, blanks, and characters that do not show as what they are.
 */
export function parseWebUrl(untrusted: string): string | null {
  if (untrusted.length > MAX_LENGTH || !/^https?:\/\//iu.test(untrusted)) return null;
  if (/[\s\\]/u.test(untrusted) || sanitiseLine(untrusted) !== untrusted) return null;
  const url = URL.parse(untrusted);
  if (url === null || url.hostname === '' || url.username !== '' || url.password !== '') return null;
  return /^[\x21-\x7e]+$/u.test(url.href) ? url.href : null;
}

/** What an address is called where there is little room: host and path. */
export function shortUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/$/u, '')}`;
}

/** The agent's link as the heading shows it; null when the agent gave none that can be followed. */
export function taskLink(task: Task): { readonly address: string; readonly label: string } | null {
  const address = parseWebUrl(task.state?.uri ?? '');
  return address === null ? null : { address, label: shortUrl(address) };
}
