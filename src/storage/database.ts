import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makePrivateDirectory, unusableDirectory } from '../platform/private-directory.ts';
import {
  identityOf,
  isDamaged,
  makePrivate,
  migrate,
  NewerSchema,
  openMigrated,
  quarantine,
  tablesOf,
  transaction,
} from '../platform/sqlite.ts';
import { systemReason } from '../platform/system-error.ts';
import { migrations } from './migrations.ts';

/** The newer taskdeck sends the messages of its outbox itself; stored conversations may be too large for memory. */
const NOT_COPIED: ReadonlySet<string> = new Set(['outbox', 'archived_task', 'archived_entry']);
/** The tables of the search in them; most belong to the index itself. */
const SEARCH_TABLES = 'search_';

/** Copies the tables of a newer schema, as far as this version knows them. */
function copyFromNewerSchema(source: DatabaseSync, target: DatabaseSync): void {
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

const DATABASE_FILE = 'taskdeck.db';

/** The wait for another taskdeck's write, ms; such a write takes well under one. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * Longer for opening, ms: without the file nothing is stored in this run, and a purge by another taskdeck may take
 * seconds.
 */
const OPENING_TIMEOUT_MS = 5_000;

/** `notice` is a sentence for the user; null without a problem. */
export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly notice: string | null;
}

/**
 * Opens taskdeck's file in `directory` (created, 0700) and migrates it. Never throws and never deletes data: a damaged
 * file is renamed, one of a newer taskdeck is only read, and an unusable one is replaced by a database in memory.
 */
export function openDatabase(directory: string): OpenedDatabase {
  const path = join(directory, DATABASE_FILE);
  try {
    makePrivateDirectory(directory);
    makePrivate(path);
    return openOrReplace(path);
  } catch (error) {
    const { message } = unusableDirectory(directory, 'TASKDECK_STATE_DIR', error);
    return openInMemory(`Nothing is saved in this run. ${message}`);
  }
}

/** Renames a file that was found to be damaged while in use, and creates a new one. */
export function replaceDamagedDatabase(directory: string): OpenedDatabase {
  const path = join(directory, DATABASE_FILE);
  try {
    return replaceFile(path, identityOf(path));
  } catch (error) {
    return openInMemory(
      `${path} is damaged and cannot be renamed: ${systemReason(error)}. Nothing is saved in this run.`,
    );
  }
}

function openInMemory(notice: string): OpenedDatabase {
  const database = new DatabaseSync(':memory:');
  migrate(database, migrations);
  return { database, notice };
}

function openOrReplace(path: string): OpenedDatabase {
  const identity = identityOf(path);
  try {
    return openFile(path);
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
  return replaceFile(path, identity);
}

/** `damaged` is the identity of the damaged file, which another taskdeck may have replaced already. */
function replaceFile(path: string, damaged: number): OpenedDatabase {
  if (!existsSync(path) || identityOf(path) !== damaged) {
    makePrivate(path);
    return openFile(path);
  }
  const renamed = quarantine(path, `damaged-${process.pid}`);
  makePrivate(path);
  return {
    database: openFile(path).database,
    notice: `${path} was damaged. It was renamed to ${basename(renamed)}, and a new file was created.`,
  };
}

function openFile(path: string): OpenedDatabase {
  try {
    const database = openMigrated(path, {
      migrations,
      openingTimeoutMs: OPENING_TIMEOUT_MS,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
    return { database, notice: null };
  } catch (error) {
    if (!(error instanceof NewerSchema)) throw error;
    return openNewerSchema(path, error.version);
  }
}

function openNewerSchema(path: string, version: number): OpenedDatabase {
  const source = new DatabaseSync(path, { readOnly: true });
  try {
    const opened = openInMemory(
      `${path} was written by a newer taskdeck (schema ${version}; this one supports ${migrations.length}). ` +
        'It is only read, and nothing is saved in this run. Update taskdeck.',
    );
    copyFromNewerSchema(source, opened.database);
    return opened;
  } finally {
    source.close();
  }
}
