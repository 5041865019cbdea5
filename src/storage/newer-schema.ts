import type { DatabaseSync } from 'node:sqlite';
import { tablesOf, transaction } from '../platform/sqlite.ts';

/** A message that is sent from a copy would be sent again from the file; an archive may be too long for memory. */
const NOT_COPIED: ReadonlySet<string> = new Set(['outbox', 'archived_task', 'archived_entry']);

/** Copies what a newer taskdeck left, as far as this one understands it, table by table. */
export function copyFromNewerSchema(source: DatabaseSync, target: DatabaseSync): void {
  for (const table of tablesOf(target)) if (!NOT_COPIED.has(table)) copyTable(source, target, table);
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
    // A table that the newer schema dropped or changed beyond recognition starts empty here.
  }
}
