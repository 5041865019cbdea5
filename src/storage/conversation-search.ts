import type { SQLOutputValue } from 'node:sqlite';
import type { Message } from '../domain/message.ts';
import type {
  ConversationSearch,
  FoundMessage,
  FoundPage,
  SearchFilter,
} from '../domain/ports/conversation-search.ts';
import { containsTerms, excerptOf, foldCase, type SearchTerms } from '../domain/search-terms.ts';
import { searchableText } from '../domain/searchable-text.ts';
import type { ResilientDatabase } from './resilient-database.ts';
import { countUnindexed, firstRowAt, indexSlice, repairIndex } from './search-index.ts';
import { ENTRY_KINDS } from './stored-conversations.ts';
import { fromColumns } from './stored-parts.ts';

/** The length of the words that the index finds, code points. */
const TRIGRAM = 3;
/** The most trigrams of a search that narrow the candidates; the text itself decides. */
const MAX_TRIGRAMS = 12;
/** A step looks at this many candidates of the index, or at the entries of this many rows for shorter words. */
const MAX_CANDIDATES = 200;
const ROWS_WITHOUT_INDEX = 1_000;
/** A step ends after this much text, UTF-16 units. */
const MAX_CHARACTERS = 1_000_000;

type Row = Record<string, SQLOutputValue>;

interface Range {
  readonly from: number;
  readonly before: number;
}

interface Candidates {
  readonly rows: readonly Row[];
  /** Where the next step goes on; null at the end. */
  readonly next: number | null;
}

/** `deployment` is a deployment key; null searches those of all users and deployments. */
export const conversationSearchOf = (
  database: ResilientDatabase,
  deployment: string | null,
): ConversationSearch => ({
  unindexed: () => countUnindexed(database),
  indexMore: () => indexSlice(database),
  find(terms, before, limit, filter = {}) {
    const page = find(database, deployment, { terms, before, limit, filter });
    if (page === null) repairIndex(database);
    return page;
  },
});

interface Step {
  readonly terms: SearchTerms;
  readonly before: number | null;
  readonly limit: number;
  readonly filter: SearchFilter;
}

function find(
  database: ResilientDatabase,
  deployment: string | null,
  { terms, before, limit, filter }: Step,
): FoundPage | null {
  if (terms.length === 0) return { messages: [], next: null };
  const tasks = tasksIn(database, deployment, filter.task ?? null);
  if (tasks === null) return null;
  if (tasks.size === 0) return { messages: [], next: null };
  const range = {
    from: filter.since === undefined ? 1 : firstRowAt(filter.since),
    before: before ?? Number.MAX_SAFE_INTEGER,
  };
  const expression = matchExpression(terms);
  const candidates =
    expression === null ? shortCandidates(database, terms, range) : indexed(database, expression, range);
  if (candidates === null) return null;
  const messages: FoundMessage[] = [];
  let characters = 0;
  for (const { search, task } of candidates.rows) {
    const owner = tasks.get(Number(task));
    if (owner === undefined) continue;
    const entry = database.allOrNull('SELECT * FROM archived_entry WHERE search = ?', Number(search));
    if (entry === null) return null;
    const [row] = entry;
    // Another taskdeck has just deleted it.
    if (row === undefined) continue;
    const columns = { content: String(row.content), parts: row.parts === null ? null : String(row.parts) };
    const text = searchableText({ parts: fromColumns(columns) });
    const folded = foldCase(text);
    if (containsTerms(folded, terms) && Number(row.at) >= (filter.since ?? 0))
      messages.push(foundMessage(row, owner, excerptOf(text, folded, terms)));
    characters += text.length;
    if (messages.length >= limit || characters > MAX_CHARACTERS) return { messages, next: Number(search) };
  }
  return { messages, next: candidates.next };
}

/** The tasks to search by the number of their row. */
function tasksIn(
  database: ResilientDatabase,
  deployment: string | null,
  task: string | null,
): ReadonlyMap<number, Row> | null {
  const rows = database.allOrNull(
    `SELECT id, deployment, task, name, title, owner, gone_at FROM archived_task
       WHERE (?1 IS NULL OR deployment = ?1)
       AND (?2 IS NULL OR task = ?2 OR name = ?2 OR title = ?2 OR owner || '/' || name = ?2)`,
    deployment,
    task,
  );
  return rows === null ? null : new Map(rows.map((row) => [Number(row.id), row]));
}

/** Entries that have all trigrams of the words, newest first. */
function indexed(
  database: ResilientDatabase,
  expression: string,
  { from, before }: Range,
): Candidates | null {
  const rows = database.allOrNull(
    `SELECT entry.search, entry.task FROM search_index AS found
       CROSS JOIN archived_entry AS entry ON entry.search = found.rowid
       WHERE found.search_index MATCH ? AND found.rowid >= ? AND found.rowid < ? ORDER BY found.rowid DESC LIMIT ?`,
    expression,
    from,
    before,
    MAX_CANDIDATES,
  );
  if (rows === null) return null;
  const last = rows.at(-1);
  return { rows, next: rows.length < MAX_CANDIDATES || last === undefined ? null : Number(last.search) };
}

/** The full-text query for all trigrams of the terms; null when no term is long enough. */
function matchExpression(terms: SearchTerms): string | null {
  const trigrams = new Set<string>();
  for (const term of terms) {
    const points = [...term];
    for (let at = 0; at + TRIGRAM <= points.length; at++)
      trigrams.add(points.slice(at, at + TRIGRAM).join(''));
  }
  if (trigrams.size === 0) return null;
  const all = [...trigrams];
  const stride = Math.ceil(all.length / MAX_TRIGRAMS);
  return all
    .filter((_, index) => index % stride === 0)
    .map((trigram) => `"${trigram.replaceAll('"', '""')}"`)
    .join(' AND ');
}

/** Entries with the longest of words that are too short for the index, among the newest in the range. */
function shortCandidates(
  database: ResilientDatabase,
  terms: SearchTerms,
  { from, before }: Range,
): Candidates | null {
  const oldest = database.allOrNull(
    `SELECT search FROM archived_entry WHERE search >= ? AND search < ? ORDER BY search DESC LIMIT 1 OFFSET ?`,
    from,
    before,
    ROWS_WITHOUT_INDEX - 1,
  );
  if (oldest === null) return null;
  const lowest = Number(oldest[0]?.search ?? from);
  const longest = terms.toSorted((a, b) => b.length - a.length)[0] ?? '';
  const rows = database.allOrNull(
    `SELECT search, task FROM archived_entry, json_each(?) AS pattern
       WHERE search >= ? AND search < ? AND (content LIKE pattern.value ESCAPE '\\'
         OR parts LIKE pattern.value ESCAPE '\\')
       GROUP BY search ORDER BY search DESC`,
    JSON.stringify(spellings(longest).map((word) => `%${word.replaceAll(/[\\%_]/gu, '\\$&')}%`)),
    lowest,
    before,
  );
  return rows === null ? null : { rows, next: oldest.length === 0 ? null : lowest };
}

/** A folded word as it may be stored: LIKE folds only ASCII. */
function spellings(word: string): readonly string[] {
  const folded = [...word].reduce<readonly string[]>(
    (before, letter) =>
      before.flatMap((start) => [...new Set([letter, letter.toUpperCase()])].map((each) => start + each)),
    [''],
  );
  return [...new Set(folded.flatMap((each) => [each, each.normalize('NFD')]))];
}

function foundMessage(row: Row, task: Row, excerpt: FoundMessage['excerpt']): FoundMessage {
  const [origin = '', user = ''] = String(task.deployment).split(' ');
  const role: Message['role'] = row.sender === 'you' ? 'user' : 'agent';
  return {
    key: Number(row.search),
    run: Number(row.run),
    id: Number(row.id),
    origin,
    user,
    taskId: String(task.task),
    taskName: String(task.name),
    taskTitle: String(task.title),
    owner: String(task.owner),
    goneAt: task.gone_at === null ? null : Number(task.gone_at),
    role,
    isRetracted: ENTRY_KINDS[Number(row.kind)] === 'retracted',
    at: Number(row.at),
    excerpt,
  };
}
