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

/** A web address in a text; offsets are UTF-16 units. */
export interface FoundLink {
  readonly start: number;
  readonly end: number;
  readonly address: string;
}

/** Ends at blanks, quotes and brackets that no address contains, and at the punctuation of Chinese and Japanese. */
const CANDIDATE = /https?:\/\/[^\s<>"`\\“”„‘’«»…\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]+/giu;
/** Punctuation that follows an address more often than it ends one. */
const TRAILING = /[.,;:!?'*_~|]$/u;
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The web addresses in a sanitised text, in order. */
export function webLinksIn(text: string): readonly FoundLink[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(CANDIDATE)].flatMap(({ 0: candidate, index }): FoundLink[] => {
    const words = withoutPunctuation(candidate.slice(0, MAX_LENGTH + 1));
    const address = parseWebUrl(words);
    return address === null ? [] : [{ start: index, end: index + words.length, address }];
  });
}

/** A closing bracket belongs to the address only with its opening one. */
function withoutPunctuation(candidate: string): string {
  let end = candidate.length;
  for (; end > 0; end--) {
    const last = candidate[end - 1] ?? '';
    const opening = OPENING[last];
    const isUnopened = opening !== undefined && count(candidate, opening, end) < count(candidate, last, end);
    if (!isUnopened && !TRAILING.test(last)) break;
  }
  return candidate.slice(0, end);
}

function count(text: string, character: string, end: number): number {
  let found = 0;
  for (let at = 0; at < end; at++) if (text[at] === character) found++;
  return found;
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
