import type { ChatRow } from '../../chats/chat-row-types.ts';
import { ErrorResponse } from '../../http/error-response.ts';
import { isUuid } from '../../ids.ts';

/** Facts of a chat that a query needs beside its row. Called only for chats that pass the cheaper terms. */
export interface QueryFacts {
  readonly isUnread: (chat: ChatRow) => boolean;
  /** Whether each word is in the title or in a message, in any case. */
  readonly hasWords: (chat: ChatRow, words: readonly string[]) => boolean;
}

/** A list request, checked. */
export interface ListQuery {
  /** Null: both. */
  readonly archived: boolean | null;
  readonly limit: number;
  readonly offset: number;
  /** The last chat of the page before; empty for the first page. */
  readonly afterId: string;
  readonly matches: (chat: ChatRow, facts: QueryFacts) => boolean;
}

type Match = ListQuery['matches'];

const DEFAULT_LIMIT = 50;

const STATUSES = ['waiting', 'running', 'error', 'requires_action', 'interrupting', 'paused'];

/** Reads the parameters of a list (contract, section 1.2). Throws 400s. */
export function parseListQuery(params: URLSearchParams): ListQuery {
  const given = parseTerms(params.get('q') ?? '');
  const labels = params.getAll('label').map(labelOf);
  const afterId = params.get('after_id') ?? '';
  if (afterId !== '' && !isUuid(afterId)) throw invalidParameter('after_id', 'must be a valid uuid');
  const matches = [...given.values()].flatMap((make) => (make === null ? [] : [make]));
  return {
    archived: archivedOf(given, params.get('q') ?? ''),
    limit: wholeNumber(params, 'limit') || DEFAULT_LIMIT,
    offset: wholeNumber(params, 'offset'),
    afterId: afterId.toLowerCase(),
    matches: (chat, facts) => hasLabels(chat, labels) && matches.every((match) => match(chat, facts)),
  };
}

/** The chats of a page. `sorted`: all chats in the order of the list. */
export function pageOf(sorted: readonly ChatRow[], query: ListQuery, facts: QueryFacts): readonly ChatRow[] {
  const cursor = query.afterId === '' ? -1 : sorted.findIndex(({ id }) => id === query.afterId);
  // As Coder answers: a page after a chat that is gone is empty.
  if (query.afterId !== '' && cursor === -1) return [];
  const page: ChatRow[] = [];
  let left = query.offset;
  for (const chat of sorted.slice(cursor + 1)) {
    if (page.length === query.limit) break;
    if (query.archived !== null && (chat.archived === 1) !== query.archived) continue;
    if (!query.matches(chat, facts)) continue;
    if (left > 0) left -= 1;
    else page.push(chat);
  }
  return page;
}

/** The keys of `q`. Null: no local chat differs in it, or it is read elsewhere. */
const KEYS: Readonly<Record<string, (value: string) => Match | null>> = {
  archived(value) {
    wordsOf(value, ['true', 'false', 'any'], 'archived');
    return null;
  },
  has_unread(value) {
    const [expected] = wordsOf(value, ['true', 'false'], 'has_unread');
    return (chat, facts) => String(facts.isUnread(chat)) === expected;
  },
  title(value) {
    const part = value.toLowerCase();
    return ({ title }) => title.toLowerCase().includes(part);
  },
  search(value) {
    const words = value.toLowerCase().split(/\s+/u).filter(Boolean);
    return (chat, facts) => facts.hasWords(chat, words);
  },
  status(value) {
    const allowed = wordsOf(value, STATUSES, 'status');
    return ({ status }) => allowed.includes(status);
  },
  source(value) {
    const sources = wordsOf(value, ['created_by_me', 'shared_with_me'], 'source');
    return sources.includes('created_by_me') ? null : noChat;
  },
  pr_status(value) {
    const states = wordsOf(value, ['draft', 'open', 'merged', 'closed', 'none'], 'pr_status');
    return states.includes('none') ? null : noChat;
  },
  pr(value) {
    if (!/^[1-9]\d*$/u.test(value)) throw invalidQuery('Query param "pr" must be a positive integer');
    return noChat;
  },
  repo: () => noChat,
  pr_title: () => noChat,
  diff_url: () => noChat,
};

/** Local chats have no pull requests, and are shared with no other user. */
const noChat: Match = () => false;

/** Terms are separated by spaces outside of double quotes. */
function parseTerms(query: string): ReadonlyMap<string, Match | null> {
  const given = new Map<string, Match | null>();
  for (const [key, value] of termsOf(query)) {
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (make === undefined) throw invalidQuery(`"${key}" is not a valid query param`);
    given.set(key, make(value));
  }
  if (given.has('search') && ['title', 'pr', 'pr_title'].some((key) => given.has(key)))
    throw invalidQuery('"search" cannot be combined with "title", "pr" or "pr_title"');
  return given;
}

const termsOf = (query: string): readonly (readonly [key: string, value: string])[] =>
  (query.match(/(?:"[^"]*"|[^\s"])+/gu) ?? []).map((quoted) => {
    const term = quoted.replaceAll('"', '');
    const at = term.indexOf(':');
    if (at <= 0 || at === term.length - 1)
      throw invalidQuery(`Query element "${term}" must have the format key:value`);
    return [term.slice(0, at).toLowerCase(), term.slice(at + 1)];
  });

function archivedOf(given: ReadonlyMap<string, unknown>, query: string): boolean | null {
  if (!given.has('archived')) return false;
  const value = termsOf(query).findLast(([key]) => key === 'archived')?.[1];
  return value === 'any' ? null : value === 'true';
}

function wordsOf(value: string, allowed: readonly string[], key: string): readonly string[] {
  const words = value.split(',');
  const wrong = words.find((word) => !allowed.includes(word));
  if (wrong !== undefined) throw invalidQuery(`Query param "${key}" has invalid values: "${wrong}"`);
  return words;
}

function labelOf(label: string): readonly [key: string, value: string] {
  const at = label.indexOf(':');
  if (at > 0 && at < label.length - 1) return [label.slice(0, at), label.slice(at + 1)];
  throw new ErrorResponse(
    400,
    `Invalid label filter: "${label}" (expected format key:value, both must be non-empty)`,
  );
}

function hasLabels({ labels }: ChatRow, wanted: readonly (readonly [string, string])[]): boolean {
  if (wanted.length === 0) return true;
  const known = JSON.parse(labels) as Readonly<Record<string, string>>;
  return wanted.every(([key, value]) => Object.hasOwn(known, key) && known[key] === value);
}

function wholeNumber(params: URLSearchParams, name: string): number {
  const text = params.get(name) ?? '';
  if (text === '') return 0;
  if (!/^\d{1,9}$/u.test(text)) throw invalidParameter(name, 'must be a valid integer');
  return Number(text);
}

const invalidParameter = (field: string, detail: string): ErrorResponse =>
  new ErrorResponse(400, 'Query parameters have invalid values.', undefined, [
    { field, detail: `Query param "${field}" ${detail}` },
  ]);

const invalidQuery = (detail: string): ErrorResponse =>
  new ErrorResponse(400, 'Invalid chat search query.', undefined, [{ field: 'q', detail }]);
