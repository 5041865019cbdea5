import type { PurgeChoice, Purged } from '../domain/ports/storage.ts';
import type { Keeper } from './keeper.ts';

/**
 * Deletes conversations that were kept, and everything that SQLite leaves of deleted text: the file is written anew, and
 * the write-ahead log is emptied.
 */
export function purge(keeper: Keeper, { origin, task, before }: PurgeChoice): Purged | null {
  const deleted = keeper.together(({ all, get, run }) => {
    const chosen = all(
      `SELECT id FROM archived_task WHERE (?1 IS NULL OR substr(deployment, 1, length(?1) + 1) = ?1 || ' ')
         AND (?2 IS NULL OR task = ?2 OR name = ?2) AND (?3 IS NULL OR touched_at < ?3)`,
      origin ?? null,
      task ?? null,
      before ?? null,
    );
    const ids = JSON.stringify(chosen.map(({ id }) => Number(id)));
    const OF_THEM = 'FROM archived_entry WHERE task IN (SELECT value FROM json_each(?))';
    const sum = get(
      `SELECT count(*) AS messages, sum(length(CAST(content AS BLOB))) AS bytes ${OF_THEM}`,
      ids,
    );
    run(`DELETE ${OF_THEM}`, ids);
    run('DELETE FROM archived_task WHERE id IN (SELECT value FROM json_each(?))', ids);
    return { tasks: chosen.length, messages: Number(sum?.messages ?? 0), bytes: Number(sum?.bytes ?? 0) };
  });
  if (deleted === null) return null;
  return { ...deleted, unfinished: !keeper.compact() };
}
