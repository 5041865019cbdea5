import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../platform/sqlite.ts';
import { migrations } from './migrations.ts';

/** Brings a database to the current schema, whole or not at all, and only once when two taskdecks start together. */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === migrations.length) return;
  transaction(database, () => {
    // Asked again under the lock: another taskdeck may have done it meanwhile.
    for (const step of migrations.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

export const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);

export const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map((row) => String(row.name));
