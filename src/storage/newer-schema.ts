import type { DatabaseSync } from 'node:sqlite';
import { tablesOf, transaction } from '../platform/sqlite.ts';

/** The newer taskdeck sends the messages of its outbox itself; stored conversations may be too large for memory. */
const NOT_COPIED: ReadonlySet<string> = new Set(['outbox', 'archived_task', 'archived_entry']);
/** The tables of the search in them; most belong to the index itself. */
const SEARCH_TABLES = 'search_';

/** Copies the tables of a newer schema, as far as this version knows them. */
export function copyFromNewerSchema(source: DatabaseSync, target: DatabaseSync): void {
  for (const table of tablesOf(target))
    if (!NOT_COPIED.has(table) && !table.startsWith(SEARCH_TABLES)) copyTable(source, target, table);
}

function copyTable(source: DatabaseSync, target: DatabaseSync, table: string): void {
  const columns = target
    .prepare(`PRAGMA table_info("${table}")`)
    .all()
    .map((column) => `"${String(column.name)}"`);
  try {
    transaction(target, () => {
      const insert = target.prepare(
        `INSERT INTO "${table}" (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
      );
      for (const row of source.prepare(`SELECT ${columns.join()} FROM "${table}"`).iterate()) {
        insert.run(...Object.values(row));
      }
    });
  } catch {
    // A table that the newer schema dropped or changed too much stays empty here.
  }
}
