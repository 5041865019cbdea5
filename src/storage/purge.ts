import type { PurgeFilter, PurgeResult } from '../domain/ports/storage.ts';
import type { ResilientDatabase } from './resilient-database.ts';

/**
 * Deletes conversations that were kept, and everything that SQLite leaves of deleted text: the file is written anew, and
 * the write-ahead log is emptied.
 */
export function purgeConversations(
  database: ResilientDatabase,
  { origin, task, before }: PurgeFilter,
): PurgeResult | null {
  const deleted = database.inTransaction(({ all, get, run }) => {
    const chosen = all(
      `SELECT id FROM archived_task WHERE (?1 IS NULL OR substr(deployment, 1, length(?1) + 1) = ?1 || ' ')
         AND (?2 IS NULL OR task = ?2 OR name = ?2) AND (?3 IS NULL OR touched_at < ?3)`,
      origin ?? null,
      task ?? null,
      before ?? null,
    );
    const ids = JSON.stringify(chosen.map(({ id }) => Number(id)));
    const FROM_CHOSEN = 'FROM archived_entry WHERE task IN (SELECT value FROM json_each(?))';
    const sum = get(
      `SELECT count(*) AS messages, sum(length(CAST(content AS BLOB))) AS bytes ${FROM_CHOSEN}`,
      ids,
    );
    run(`DELETE ${FROM_CHOSEN}`, ids);
    run('DELETE FROM archived_task WHERE id IN (SELECT value FROM json_each(?))', ids);
    return { tasks: chosen.length, messages: Number(sum?.messages ?? 0), bytes: Number(sum?.bytes ?? 0) };
  });
  if (deleted === null) return null;
  return { ...deleted, unfinished: !database.compact() };
}
