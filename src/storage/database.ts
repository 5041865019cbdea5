import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeOwnDirectory, unusable } from '../platform/own-directory.ts';
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
import { copyOfNewer } from './newer.ts';

const FILE_NAME = 'taskdeck.db';

/** A write waits this long for another taskdeck's, ms; theirs take well under one. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * Opening waits longer, ms: what cannot be opened is kept in memory only, for all of this run, and a purge by another
 * taskdeck may take seconds.
 */
const OPENING_TIMEOUT_MS = 5_000;

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
    makePrivate(path);
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
  migrate(database, migrations);
  return { database, notice };
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

/** `damaged` is the identity of the file that was found damaged: another taskdeck may have replaced it already. */
function beginFresh(path: string, damaged: number): Opened {
  if (!existsSync(path) || identityOf(path) !== damaged) {
    makePrivate(path);
    return openSound(path);
  }
  const aside = quarantine(path, `damaged-${process.pid}`);
  makePrivate(path);
  return {
    database: openSound(path).database,
    notice: `${path} was damaged: it was kept as ${basename(aside)} and a fresh one begun.`,
  };
}

function openSound(path: string): Opened {
  try {
    const database = openMigrated(path, {
      migrations,
      openingTimeoutMs: OPENING_TIMEOUT_MS,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
    return { database, notice: null };
  } catch (error) {
    if (!(error instanceof NewerSchema)) throw error;
    return openNewer(path, error.version);
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
