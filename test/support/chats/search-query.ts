import { Refusal } from './refusal.ts';
import { type ChatRow, textOf } from './rows.ts';
import { type ChatsState, isUnread, ME, visibleMessages } from './state.ts';

type Match = (chat: ChatRow) => boolean;

const invalid = (detail: string): Refusal =>
  new Refusal(400, 'Invalid chat search query.', { validations: [{ field: 'q', detail }] });

/** Splits at spaces outside of double quotes, and removes the quotes. */
const termsOf = (query: string): readonly string[] =>
  (query.match(/(?:"[^"]*"|[^\s"])+/gu) ?? []).map((term) => term.replaceAll('"', ''));

const contains = (text: unknown, part: string): boolean =>
  String(text ?? '')
    .toLowerCase()
    .includes(part.toLowerCase());

const words = (value: string, allowed: readonly string[], key: string): readonly string[] => {
  const given = value.split(',');
  const wrong = given.find((word) => !allowed.includes(word));
  if (wrong !== undefined) throw invalid(`Query param "${key}" has invalid values: "${wrong}"`);
  return given;
};

const pullRequestState = ({ diffStatus }: ChatRow): string => {
  if (diffStatus?.pull_request_state === undefined) return 'none';
  return diffStatus.pull_request_state === 'open' && diffStatus.pull_request_draft === true
    ? 'draft'
    : String(diffStatus.pull_request_state);
};

const everyWord = (chat: ChatRow, value: string): boolean => {
  const texts = [
    chat.title,
    String(chat.diffStatus?.pull_request_title ?? ''),
    String(chat.diffStatus?.pr_number ?? ''),
    ...visibleMessages(chat).map(textOf),
  ].join('\n');
  return value.split(/\s+/u).every((word) => contains(texts, word));
};

type Key = (value: string, state: ChatsState) => Match;

const KEYS: Readonly<Record<string, Key>> = {
  archived: (value) => {
    words(value, ['true', 'false', 'any'], 'archived');
    return ({ archived }) => value === 'any' || String(archived) === value;
  },
  has_unread: (value) => {
    words(value, ['true', 'false'], 'has_unread');
    return (chat) => String(isUnread(chat)) === value;
  },
  title: (value) => (chat) => contains(chat.title, value),
  search: (value) => (chat) => everyWord(chat, value),
  status: (value, { options }) => {
    if (options.era !== 'paused') throw invalid('"status" is not a valid query param');
    const allowed = words(
      value,
      ['waiting', 'running', 'error', 'requires_action', 'interrupting', 'paused'],
      'status',
    );
    return ({ status }) => allowed.includes(status);
  },
  source: (value) => {
    const sources = words(value, ['created_by_me', 'shared_with_me'], 'source');
    return ({ ownerId }) => sources.includes(ownerId === ME.id ? 'created_by_me' : 'shared_with_me');
  },
  pr_status: (value, { options }) => {
    const none = options.era === 'paused' ? ['none'] : [];
    const states = words(value, ['draft', 'open', 'merged', 'closed', ...none], 'pr_status');
    return (chat) => states.includes(pullRequestState(chat));
  },
  pr: (value) => {
    if (!/^[1-9]\d*$/u.test(value)) throw invalid('Query param "pr" must be a positive integer');
    return ({ diffStatus }) => diffStatus?.pr_number === Number(value);
  },
  repo: (value) => (chat) => contains(chat.diffStatus?.url, value),
  pr_title: (value) => (chat) => contains(chat.diffStatus?.pull_request_title, value),
  diff_url: (value) => (chat) => chat.diffStatus?.url === value,
};

export interface ChatQuery {
  /** Whether a root chat is in the list. */
  readonly matches: Match;
  /** The filter that holds for children too. */
  readonly matchesArchived: Match;
}

/** Reads `q` of a list. Throws 400 for bare words, unknown keys and invalid values. */
export function parseChatQuery(query: string, state: ChatsState): ChatQuery {
  const given = new Map<string, Match>();
  for (const term of termsOf(query)) {
    const at = term.indexOf(':');
    const [key, value] = [term.slice(0, at).toLowerCase(), term.slice(at + 1)];
    if (at <= 0 || value === '') throw invalid(`Query element "${term}" can only contain 1 ':'`);
    const make = KEYS[key];
    if (make === undefined) throw invalid(`"${key}" is not a valid query param`);
    given.set(key, make(value, state));
  }
  if (given.has('search') && ['title', 'pr', 'pr_title'].some((key) => given.has(key)))
    throw invalid('"search" cannot be combined with "title", "pr" or "pr_title"');
  const matchesArchived = given.get('archived') ?? (({ archived }: ChatRow) => !archived);
  const source = given.get('source') ?? (({ ownerId }: ChatRow) => ownerId === ME.id);
  const all = [...given.values(), matchesArchived, source];
  return { matches: (chat) => all.every((match) => match(chat)), matchesArchived };
}
