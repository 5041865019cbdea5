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
} from '../platform/sqlite.ts';
import { systemReason } from '../platform/system-error.ts';
import { migrations } from './migrations.ts';
import { copyFromNewerSchema } from './newer-schema.ts';

const DATABASE_FILE = 'taskdeck.db';

/** A write waits this long for another taskdeck's, ms; theirs take well under one. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * Opening waits longer, ms: what cannot be opened is kept in memory only, for all of this run, and a purge by another
 * taskdeck may take seconds.
 */
const OPENING_TIMEOUT_MS = 5_000;

/** An open database; `notice` says in one sentence what the user should know, null when all is as it should be. */
export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly notice: string | null;
}

/**
 * Opens taskdeck's file in `directory` (created, 0700), at the current schema. Never throws and never destroys: a
 * damaged file is renamed, one of a newer taskdeck is only read, and where nothing can be written memory is used.
 */
export function openDatabase(directory: string): OpenedDatabase {
  const path = join(directory, DATABASE_FILE);
  try {
    makePrivateDirectory(directory);
    makePrivate(path);
    return openOrReplace(path);
  } catch (error) {
    const { message } = unusableDirectory(directory, 'TASKDECK_STATE_DIR', error);
    return openInMemory(`Nothing is kept after taskdeck ends. ${message}`);
  }
}

/** Renames a file that turned out to be damaged while in use, and begins a fresh one. */
export function replaceDamagedDatabase(directory: string): OpenedDatabase {
  const path = join(directory, DATABASE_FILE);
  try {
    return replaceFile(path, identityOf(path));
  } catch (error) {
    return openInMemory(`${path} is damaged and could not be set aside (${systemReason(error)}).`);
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

/** `damaged` is the identity of the file that was found damaged: another taskdeck may have replaced it already. */
function replaceFile(path: string, damaged: number): OpenedDatabase {
  if (!existsSync(path) || identityOf(path) !== damaged) {
    makePrivate(path);
    return openFile(path);
  }
  const aside = quarantine(path, `damaged-${process.pid}`);
  makePrivate(path);
  return {
    database: openFile(path).database,
    notice: `${path} was damaged: it was kept as ${basename(aside)} and a fresh one begun.`,
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
      `${path} was written by a newer taskdeck (version ${version}, this one knows ${migrations.length}): ` +
        'it is only read, and drafts and history of this run are not kept.',
    );
    copyFromNewerSchema(source, opened.database);
    return opened;
  } finally {
    source.close();
  }
}
