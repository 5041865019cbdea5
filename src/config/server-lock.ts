import { chmodSync, closeSync, existsSync, openSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDirectory } from '../platform/is-directory.ts';
import { asUnusableDirectory } from '../platform/private-directory.ts';
import { sqliteCode } from '../platform/sqlite.ts';
import { isSystemError } from '../platform/system-error.ts';
import { createStateDirectory, STATE_VARIABLE } from './directories.ts';

/** Another server holds the state directory. */
export class StateDirectoryInUse extends Error {
  override readonly name = 'StateDirectoryInUse';
}

/**
 * The lock is SQLite's exclusive lock on an empty file: works on every platform, and the kernel releases it with the
 * process. A file with a pid guarantees neither.
 */
const lockFileOf = (stateDir: string): string => path.join(stateDir, 'server.lock');

/**
 * How long a starting server waits for processes that only check the lock, ms. Short: it must not wait for another
 * server's end and then replace it.
 */
const LOCK_TIMEOUT_MS = 50;

/** Locks the state directory; returns a function that releases the lock. @throws StateDirectoryInUse */
export function lockStateDirectory(stateDir: string): () => void {
  createStateDirectory(stateDir);
  createPrivateFile(lockFileOf(stateDir));
  const lock = openUnlessLocked(
    lockFileOf(stateDir),
    `PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}; BEGIN EXCLUSIVE;`,
  );
  if (lock === null) throw new StateDirectoryInUse(`A local server already uses ${stateDir}.`);
  return () => lock.close();
}

/** Others could lock a readable file. Does not open an existing one: closing it would release this process's locks. */
function createPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    if (existsSync(file) && !isDirectory(file)) restrictMode(file);
  }
}

/** Ignores a failure for another user's file: opening it reports the error. */
function restrictMode(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Whether a server holds the lock now. */
export function isStateDirectoryLocked(stateDir: string): boolean {
  if (!existsSync(lockFileOf(stateDir))) return false;
  const reader = openUnlessLocked(lockFileOf(stateDir), 'SELECT count(*) FROM sqlite_schema;');
  reader?.close();
  return reader === null;
}

/** Null when another process holds the lock. */
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
    // Not a database, so not locked: another program's file, or damaged.
    if (code !== NOT_A_DATABASE && !isDirectory(file)) {
      throw asUnusableDirectory(path.dirname(file), STATE_VARIABLE, error);
    }
  }
  quarantine(file);
  return openUnlessLocked(file, statements);
}

/** Renames the file in place of the lock. @throws UnusableDirectory */
function quarantine(file: string): void {
  let target = `${file}.unreadable`;
  for (let count = 2; existsSync(target); count += 1) target = `${file}.unreadable-${count}`;
  try {
    renameSync(file, target);
  } catch (error) {
    throw asUnusableDirectory(path.dirname(file), STATE_VARIABLE, error);
  }
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const NOT_A_DATABASE = 26;
