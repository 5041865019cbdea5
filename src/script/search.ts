import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageError } from '../domain/errors.ts';
import { isPlausibleTime } from '../domain/plausible-time.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type {
  ConversationSearch,
  FoundMessage,
  FoundPage,
  SearchFilter,
} from '../domain/ports/conversation-search.ts';
import type { Storage } from '../domain/ports/storage.ts';
import { parseSearchTerms, type SearchTerms } from '../domain/search-terms.ts';
import { counted, isoSeconds, serverTimeText } from '../domain/text/format.ts';
import { throwIfAborted } from './abort-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { parseAge } from './flag-values.ts';
import type { ParsedFlags } from './flags.ts';
import { reportingErrors, write, writeJson, writeNote } from './output.ts';
import type { ScriptIo } from './script-context.ts';
import { type Column, table } from './text-table.ts';

export interface SearchOptions {
  readonly terms: SearchTerms;
  readonly limit: number;
  readonly task: string | undefined;
  /** Unix ms. */
  readonly since: number | undefined;
  readonly json: boolean;
}

const DEFAULT_LIMIT = 50;
/** Building the index for more messages takes long enough to say so. */
const MANY_MESSAGES = 2_000;

/** @throws UsageError for a search without words, or an invalid flag */
export function searchOptions(words: readonly string[], flags: ParsedFlags, now: number): SearchOptions {
  // The shell has removed the quotes of a phrase.
  const terms = parseSearchTerms(words.map(quoted).join(' '));
  if (terms.length === 0)
    throw new UsageError('No words to search for. Example: taskdeck search login "exact phrase"');
  const limit = flags.valueOf('limit');
  const since = flags.valueOf('since');
  return {
    terms,
    limit: limit === undefined ? DEFAULT_LIMIT : parseLimit(limit),
    task: flags.valueOf('task'),
    since: since === undefined ? undefined : parseSince(since, now),
    json: flags.isSet('json'),
  };
}

/** An argument with blanks is a phrase, unless it has quotes of its own. */
const quoted = (word: string): string => (/\s/u.test(word) && !word.includes('"') ? `"${word}"` : word);

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/u.test(text) || limit === 0 || !Number.isSafeInteger(limit))
    throw new UsageError(`--limit needs a number from 1 on, not "${text}".`);
  return limit;
}

/** A date, or an age before now. */
function parseSince(text: string, now: number): number {
  if (!/^\d{4}-\d\d-\d\d/u.test(text)) return now - parseAge(text, '--since');
  const at = new Date(text.length === 10 ? `${text}T00:00` : text).getTime();
  if (Number.isNaN(at))
    throw new UsageError(`--since needs a date such as 2026-01-31, or a time such as 7d, not "${text}".`);
  return at;
}

export interface SearchContext {
  readonly storage: Storage;
  /** The user whose conversations are searched; null for everything that is stored. */
  readonly deployment: { readonly origin: string; readonly user: string } | null;
  readonly clock: Clock;
  readonly io: ScriptIo;
  readonly signal: AbortSignal;
}

/** Prints stored messages that have all words, newest first. Like grep it returns 1 without a match. */
export const search = (context: SearchContext, options: SearchOptions): Promise<ExitCode> =>
  reportingErrors(context.io, options.json, async () => {
    const { storage, io, deployment } = context;
    if (storage.problem !== null)
      throw new Error(`The stored conversations cannot be searched. ${storage.problem}`);
    const conversations = await storage.conversationSearch(deployment);
    await buildIndex(context, conversations);
    const found = await findMessages(context, conversations, options);
    if (options.json) await writeJson(io, found.map(messageJson));
    else if (found.length > 0) await write(io.stdout, formatTable(found, deployment === null, io.columns));
    else await writeNote(io, 'No stored message has all of these words.');
    return found.length > 0 ? EXIT.done : EXIT.failed;
  });

async function buildIndex({ storage, io, signal }: SearchContext, search: ConversationSearch): Promise<void> {
  const count = search.unindexed() ?? failed(storage);
  if (count > MANY_MESSAGES)
    await writeNote(io, `Preparing ${counted(count, 'stored message')} for the first search.`);
  while ((search.indexMore() ?? failed(storage)) > 0) {
    await nextTurn();
    throwIfAborted(signal);
  }
}

async function findMessages(
  { storage, signal }: SearchContext,
  search: ConversationSearch,
  { terms, limit, task, since }: SearchOptions,
): Promise<readonly FoundMessage[]> {
  const filter: SearchFilter = { ...(task !== undefined && { task }), ...(since !== undefined && { since }) };
  const found: FoundMessage[] = [];
  let before: number | null = null;
  do {
    const page: FoundPage = search.find(terms, before, limit - found.length, filter) ?? failed(storage);
    found.push(...page.messages);
    before = page.next;
    await nextTurn();
    throwIfAborted(signal);
  } while (before !== null && found.length < limit);
  return found;
}

function failed(storage: Storage): never {
  throw new Error(storage.problem ?? 'Cannot read the stored conversations.');
}

const messageJson = (message: FoundMessage) => ({
  task: message.taskId,
  name: message.taskName,
  title: message.taskTitle,
  owner: message.owner,
  deployment: message.origin,
  user: message.user,
  time: isPlausibleTime(message.at) ? isoSeconds(message.at) : null,
  role: message.role,
  text: message.excerpt.text,
  matches: message.excerpt.marks.map(({ start, end }) => [start, end]),
  gone: message.goneAt !== null,
  retracted: message.isRetracted,
});

const DEPLOYMENT_COLUMN: Column = { heading: 'DEPLOYMENT', elastic: false };
const COLUMNS: readonly Column[] = [
  { heading: 'TASK', elastic: false },
  { heading: 'TITLE', elastic: true },
  { heading: 'TIME', elastic: false },
  { heading: 'ROLE', elastic: false },
  { heading: 'TEXT', elastic: true },
];

function formatTable(found: readonly FoundMessage[], isEverything: boolean, columns?: number): string {
  const rows = found.map((message) => [
    ...(isEverything ? [message.origin] : []),
    message.owner === message.user || message.owner === ''
      ? message.taskName
      : `${message.owner}/${message.taskName}`,
    titleCell(message),
    serverTimeText(message.at),
    message.role === 'user' ? 'you' : 'agent',
    message.excerpt.text,
  ]);
  return table([...(isEverything ? [DEPLOYMENT_COLUMN] : []), ...COLUMNS], rows, columns);
}

function titleCell({ taskName, taskTitle, goneAt }: FoundMessage): string {
  const title = taskTitle === taskName ? '' : taskTitle;
  return goneAt === null ? title : `${title} (not listed)`.trim();
}
