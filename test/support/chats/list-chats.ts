import { Refusal } from './refusal.ts';
import type { ChatRow } from './rows.ts';
import { parseChatQuery } from './search-query.ts';
import type { ChatsState } from './state.ts';
import { wireChat } from './wire-chat.ts';

const DEFAULT_LIMIT = 50;

/** Pinned chats first, by `pin_order`; then the latest change first; then by id, downwards. */
function compareChats(one: ChatRow, other: ChatRow): number {
  if (one.pinOrder > 0 !== other.pinOrder > 0) return one.pinOrder > 0 ? -1 : 1;
  if (one === other) return 0;
  return one.pinOrder - other.pinOrder || other.updatedAt - one.updatedAt || (one.id < other.id ? 1 : -1);
}

function wholeNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (!/^\d+$/u.test(text))
    throw new Refusal(400, 'Query parameters have invalid values.', {
      validations: [{ field: name, detail: `Query param "${name}" must be a valid integer` }],
    });
  return Number(text);
}

function labelsOf(query: URLSearchParams): readonly (readonly [string, string])[] {
  return query.getAll('label').map((label) => {
    const at = label.indexOf(':');
    if (at <= 0 || at === label.length - 1)
      throw new Refusal(
        400,
        `Invalid label filter: "${label}" (expected format key:value, both must be non-empty)`,
      );
    return [label.slice(0, at), label.slice(at + 1)];
  });
}

/** The answer to GET of the list: an array of root chats, with their children inside. */
export function listChats(state: ChatsState, query: URLSearchParams): readonly unknown[] {
  const given = wholeNumber(query, 'limit') || DEFAULT_LIMIT;
  const limit = state.options.limits ? Math.min(given, state.options.largestPage) : Number.MAX_SAFE_INTEGER;
  const offset = wholeNumber(query, 'offset');
  const afterId = query.get('after_id') ?? '';
  if (afterId !== '' && !/^[\da-f-]{36}$/iu.test(afterId))
    throw new Refusal(400, 'Query parameters have invalid values.', {
      validations: [{ field: 'after_id', detail: 'Query param "after_id" must be a valid uuid' }],
    });
  const { matches, matchesArchived } = parseChatQuery(query.get('q') ?? '', state);
  const labels = labelsOf(query);
  // The cursor is the current place of that chat, also when it does not match the query.
  const cursor = afterId === '' ? null : state.chats.get(afterId);
  if (cursor === undefined || state.options.role !== 'member') return [];
  return [...state.chats.values()]
    .filter((chat) => chat.parentId === null && matches(chat))
    .filter((chat) => labels.every(([key, value]) => chat.labels[key] === value))
    .filter((chat) => cursor === null || (chat !== cursor && compareChats(cursor, chat) < 0))
    .sort(compareChats)
    .slice(offset, offset + limit)
    .map((chat) => wireChat(state, chat, 'list', matchesArchived));
}
