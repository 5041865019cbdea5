import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeOwnDirectory, unusable } from '../platform/own-directory.ts';
import { isDamaged } from '../platform/sqlite.ts';
import { systemReason } from '../platform/system-error.ts';
import { migrate, tablesOf, versionOf } from './migrate.ts';
import { migrations } from './migrations.ts';
import { copyOfNewer } from './newer.ts';
import { identityOf, setAside } from './set-aside.ts';

export const FILE_NAME = 'taskdeck.db';

/** A write waits this long for another taskdeck's, ms; theirs take well under one. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * Opening waits longer, ms: what cannot be opened is kept in memory only, for all of this run, and a purge by another
 * taskdeck may take seconds.
 */
const OPENING_TIMEOUT_MS = 5_000;
/** Turning on WAL does not wait for others by itself: first starts at once try again, for as long altogether. */
const WAL_ATTEMPTS = 45;

/** An open database; `notice` says in one sentence what the user should know, null when all is as it should be. */
export interface Opened {
  readonly database: DatabaseSync;
  readonly notice: string | null;
}

/**
 * Opens taskdeck's file in `directory` (created, 0700), at the current schema. Never throws and never destroys: a
 * damaged file is renamed, one of a newer taskdeck is only read, and where nothing can be written memory is used.
 */
export function openDatabase(directory: string): Opened {
  const path = join(directory, FILE_NAME);
  try {
    makeOwnDirectory(directory);
    keepPrivate(path);
    return openOrBegin(path);
  } catch (error) {
    const { message } = unusable(directory, 'TASKDECK_STATE_DIR', error);
    return inMemory(`Nothing is kept after taskdeck ends. ${message}`);
  }
}

/** Renames a file that turned out to be damaged while in use, and begins a fresh one. */
export function reopenDamaged(directory: string): Opened {
  const path = join(directory, FILE_NAME);
  try {
    return beginFresh(path, identityOf(path));
  } catch (error) {
    return inMemory(`${path} is damaged and could not be set aside (${systemReason(error)}).`);
  }
}

function inMemory(notice: string): Opened {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  return { database, notice };
}

/** SQLite would create it readable for others; its -wal and -shm files take their mode from it. */
function keepPrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function openOrBegin(path: string): Opened {
  const identity = identityOf(path);
  try {
    return openSound(path);
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
  return beginFresh(path, identity);
}

function beginFresh(path: string, damaged: number): Opened {
  const aside = setAside(path, damaged);
  keepPrivate(path);
  const opened = openSound(path);
  if (aside === null) return opened;
  return {
    database: opened.database,
    notice: `${path} was damaged: it was kept as ${basename(aside)} and a fresh one begun.`,
  };
}

function openSound(path: string): Opened {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${OPENING_TIMEOUT_MS}`);
    const version = versionOf(database);
    if (version > migrations.length) {
      database.close();
      return openNewer(path, version);
    }
    turnOnWal(database);
    // Survives a kill at any moment; a power cut may cost the last moments, but never the file.
    database.exec('PRAGMA synchronous = NORMAL');
    migrate(database);
    // Looks at a page of every table, so that most damage is found here and not in the middle of a session.
    for (const table of tablesOf(database)) database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get();
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return { database, notice: null };
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

function openNewer(path: string, version: number): Opened {
  const source = new DatabaseSync(path, { readOnly: true });
  try {
    const opened = inMemory(
      `${path} was written by a newer taskdeck (version ${version}, this one knows ${migrations.length}): ` +
        'it is only read, and drafts and history of this run are not kept.',
    );
    copyOfNewer(source, opened.database);
    return opened;
  } finally {
    source.close();
  }
}

function turnOnWal(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (isDamaged(error) || attempt === WAL_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * attempt);
    }
  }
}

function closeQuietly(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // It was closed already.
  }
}
