import type { PurgeFilter, PurgeResult } from '../domain/ports/storage.ts';
import type { ResilientDatabase } from './resilient-database.ts';
import { eraseDeletedRows } from './search-index.ts';

/**
 * Deletes stored conversations and every trace of them in the file, the search index included: rewrites it and empties the write-ahead log. Null
 * on failure.
 */
export function purgeConversations(
  database: ResilientDatabase,
  { origin, task, before }: PurgeFilter,
): PurgeResult | null {
  const deleted = database.inTransaction(({ all, get, run }) => {
    const selected = all(
      `SELECT id FROM archived_task WHERE (?1 IS NULL OR substr(deployment, 1, length(?1) + 1) = ?1 || ' ')
         AND (?2 IS NULL OR task = ?2 OR name = ?2) AND (?3 IS NULL OR touched_at < ?3)`,
      origin ?? null,
      task ?? null,
      before ?? null,
    );
    const ids = JSON.stringify(selected.map(({ id }) => Number(id)));
    const fromSelected = 'FROM archived_entry WHERE task IN (SELECT value FROM json_each(?))';
    const totals = get(
      `SELECT count(*) AS messages, sum(length(CAST(content AS BLOB)) + coalesce(length(CAST(parts AS BLOB)), 0)) AS bytes ${fromSelected}`,
      ids,
    );
    run(`DELETE ${fromSelected}`, ids);
    run('DELETE FROM archived_task WHERE id IN (SELECT value FROM json_each(?))', ids);
    return {
      tasks: selected.length,
      messages: Number(totals?.messages ?? 0),
      bytes: Number(totals?.bytes ?? 0),
    };
  });
  if (deleted === null || !eraseDeletedRows(database)) return null;
  return { ...deleted, unfinished: !database.compact() };
}
