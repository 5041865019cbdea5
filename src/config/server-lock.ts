import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { asUnusableDirectory } from '../platform/private-directory.ts';
import { sqliteCode } from '../platform/sqlite.ts';
import { isSystemError } from '../platform/system-error.ts';
import { createStateDirectory, STATE_VARIABLE } from './directories.ts';

/** Another server holds the state directory. */
export class StateDirectoryInUse extends Error {
  override readonly name = 'StateInUse';
}

/**
 * The lock is SQLite's own exclusive lock on an otherwise empty file: it works on every platform, and the
 * kernel drops it with the process, however that ends. A file with a pid in it could not promise either.
 */
const lockFileOf = (stateDir: string): string => path.join(stateDir, 'server.lock');

/**
 * How long a starting server waits for somebody who only looks whether the lock is held, ms. Short: one that waits
 * for another server's end would start in its place, although nobody may want one any more.
 */
const LOCK_TIMEOUT_MS = 50;

/** Takes the state directory for one server. The returned function gives it back. Throws StateInUse. */
export function lockStateDirectory(stateDir: string): () => void {
  createStateDirectory(stateDir);
  createPrivateFile(lockFileOf(stateDir));
  const lock = openUnlessLocked(
    lockFileOf(stateDir),
    `PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}; BEGIN EXCLUSIVE;`,
  );
  if (lock === null) throw new StateDirectoryInUse(`A local server already runs on ${stateDir}.`);
  return () => lock.close();
}

/** Whoever could read the file could lock it, too. One that is there is not opened: to close it would give up our own locks. */
function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    if (existsSync(file) && !isDirectory(file)) restrictMode(file);
  }
}

/** A file of another user keeps its mode: opening it reports that where it matters. */
function restrictMode(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Whether a server holds the state directory right now. Any number may look at the same time. */
export function isStateDirectoryLocked(stateDir: string): boolean {
  if (!existsSync(lockFileOf(stateDir))) return false;
  const reader = openUnlessLocked(lockFileOf(stateDir), 'SELECT count(*) FROM sqlite_schema;');
  reader?.close();
  return reader === null;
}

/** Null when somebody else's lock is in the way. */
function openUnlessLocked(file: string, statements: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file);
    database.exec(statements);
    return database;
  } catch (error) {
    database?.close();
    const code = sqliteCode(error);
    if (code === BUSY) return null;
    // Nobody can hold a lock on what is no database: it is somebody else's file, or was damaged.
    if (code !== NOT_A_DATABASE && !isDirectory(file)) {
      throw asUnusableDirectory(path.dirname(file), STATE_VARIABLE, error);
    }
  }
  quarantine(file);
  return openUnlessLocked(file, statements);
}

/** Renames what stands in the place of the lock. Throws UnusableDirectory when that cannot be done. */
function quarantine(file: string): void {
  let aside = `${file}.unreadable`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.unreadable-${count}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    throw asUnusableDirectory(path.dirname(file), STATE_VARIABLE, error);
  }
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const NOT_A_DATABASE = 26;
