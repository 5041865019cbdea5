import { foldCase } from '../domain/search-terms.ts';
import { searchableText } from '../domain/searchable-text.ts';
import { CREATE_SEARCH_INDEX } from './migrations.ts';
import type { ResilientDatabase, Transaction } from './resilient-database.ts';
import { fromColumns } from './stored-parts.ts';

/**
 * The index of all stored messages, for `conversation-search.ts`. `archived_entry.search` is the row of an entry in the
 * index: null while it has none, 0 for an entry without text. Rows are in the order of time, so that the newest matches
 * are found without sorting.
 *
 * Writers of conversations know nothing of the index: new entries have no row, and a trigger notes the rows of deleted
 * ones in `search_removed`. The search itself adds and removes rows, a slice in each transaction, so that a crash or
 * another taskdeck between two slices does no harm.
 */

/** The size of a slice: entries, and UTF-16 units of their text. */
const SLICE = { entries: 100, characters: 100_000, removals: 500 };

/** The rows of a second. More messages of one second get later rows. */
const ROWS_PER_SECOND = 64;
/** Later times count as this one, seconds since 1970: row numbers stay exact in JavaScript. */
const LAST_SECOND = 2 ** 40;

/** The first row that a message of this time can have. `at` is Unix ms. */
export const firstRowAt = (at: number): number =>
  Math.min(Math.max(1, Math.floor(at / 1_000)), LAST_SECOND) * ROWS_PER_SECOND;

/** The number of entries without a row in the index; null on failure. */
export function countUnindexed(database: ResilientDatabase): number | null {
  const rows = database.allOrNull('SELECT count(*) AS count FROM archived_entry WHERE search IS NULL');
  return rows === null ? null : Number(rows[0]?.count ?? 0);
}

/** Adds and removes one slice of rows. Returns the number of added entries, 0 at the end; null on failure. */
export function indexSlice(database: ResilientDatabase): number | null {
  const count = database.inTransaction((transaction) => {
    const removed = removeRows(transaction);
    return removed === SLICE.removals ? removed : addRows(transaction);
  });
  if (count === null) repairIndex(database);
  return count;
}

function removeRows({ all, run }: Transaction): number {
  const removed = all('SELECT id FROM search_removed LIMIT ?', SLICE.removals);
  for (const { id } of removed) {
    run('DELETE FROM search_index WHERE rowid = ?', Number(id));
    run('DELETE FROM search_removed WHERE id = ?', Number(id));
  }
  return removed.length;
}

function addRows(transaction: Transaction): number {
  const { all, run } = transaction;
  const entries = all(
    'SELECT rowid AS entry, at, content, parts FROM archived_entry WHERE search IS NULL ORDER BY at DESC LIMIT ?',
    SLICE.entries,
  );
  const slice: { readonly entry: number; readonly at: number; readonly text: string }[] = [];
  let characters = 0;
  for (const { entry, at, content, parts } of entries) {
    if (characters >= SLICE.characters) break;
    const columns = { content: String(content), parts: parts === null ? null : String(parts) };
    const text = foldCase(searchableText({ parts: fromColumns(columns) }));
    characters += text.length;
    slice.push({ entry: Number(entry), at: Number(at), text });
  }
  // Ascending rows: the index writes each other order many times as slowly.
  for (const { entry, at, text } of slice.reverse()) {
    const row = text === '' ? 0 : freeRow(transaction, firstRowAt(at));
    if (row !== 0) run('INSERT OR REPLACE INTO search_index (rowid, text) VALUES (?, ?)', row, text);
    run('UPDATE archived_entry SET search = ? WHERE rowid = ?', row, entry);
  }
  return slice.length;
}

/** A free row from `first` on: the next one after those in use. */
function freeRow({ get }: Transaction, first: number): number {
  for (let size = ROWS_PER_SECOND; ; size *= 2) {
    const last = get(
      'SELECT max(search) AS last FROM archived_entry WHERE search >= ? AND search < ?',
      first,
      first + size,
    )?.last;
    if (last == null) return first;
    if (Number(last) + 1 < first + size) return Number(last) + 1;
  }
}

/**
 * Removes every trace of deleted entries from the index, also of those that an older taskdeck has replaced without the
 * trigger. Until the file is rewritten, its free pages may have some. False on failure.
 */
export function eraseDeletedRows(database: ResilientDatabase): boolean {
  const removed = database.inTransaction(({ all, run }) => {
    const rows = all(
      `SELECT id FROM search_index_docsize WHERE id IN (SELECT id FROM search_removed)
         OR id NOT IN (SELECT search FROM archived_entry WHERE search > 0)`,
    );
    for (const { id } of rows) run('DELETE FROM search_index WHERE rowid = ?', Number(id));
    run('DELETE FROM search_removed');
    // A deleted row stays in the index until its part of it is rewritten.
    if (rows.length > 0) run(`INSERT INTO search_index (search_index) VALUES ('optimize')`);
    return rows.length;
  });
  return removed !== null || repairIndex(database);
}

/** After a failure: empties a damaged index, so that it is built again. The conversations stay. False if it is sound. */
export const repairIndex = (database: ResilientDatabase): boolean =>
  database.hasDamagedIndex &&
  database.write(
    ['DROP TABLE search_index'],
    [CREATE_SEARCH_INDEX],
    ['UPDATE archived_entry SET search = NULL'],
    ['DELETE FROM search_removed'],
  );
