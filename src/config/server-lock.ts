import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { explained } from '../platform/own-directory.ts';
import { sqliteCode } from '../platform/sqlite.ts';
import { isSystemError } from '../platform/system-error.ts';
import { createPrivate, STATE_VARIABLE } from './directories.ts';

/** Another server holds the state directory. */
export class StateInUse extends Error {
  override readonly name = 'StateInUse';
}

/**
 * The lock is SQLite's own exclusive lock on an otherwise empty file: it works on every platform, and the
 * kernel drops it with the process, however that ends. A file with a pid in it could not promise either.
 */
const fileOf = (stateDir: string): string => path.join(stateDir, 'server.lock');

/**
 * How long a starting server waits for somebody who only looks whether the lock is held, ms. Short: one that waits
 * for another server's end would start in its place, although nobody may want one any more.
 */
const PATIENCE_MS = 50;

/** Takes the state directory for one server. The returned function gives it back. Throws StateInUse. */
export function holdState(stateDir: string): () => void {
  createPrivate(stateDir);
  keepPrivate(fileOf(stateDir));
  const lock = openedOrNull(fileOf(stateDir), `PRAGMA busy_timeout = ${PATIENCE_MS}; BEGIN EXCLUSIVE;`);
  if (lock === null) throw new StateInUse(`A local server already runs on ${stateDir}.`);
  return () => lock.close();
}

/** Whoever could read the file could lock it, too. One that is there is not opened: to close it would give up our own locks. */
function keepPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    if (existsSync(file) && !isDirectory(file)) makePrivate(file);
  }
}

/** A file of another user keeps its mode: opening it reports that where it matters. */
function makePrivate(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Whether a server holds the state directory right now. Any number may look at the same time. */
export function isStateHeld(stateDir: string): boolean {
  if (!existsSync(fileOf(stateDir))) return false;
  const reader = openedOrNull(fileOf(stateDir), 'SELECT count(*) FROM sqlite_schema;');
  reader?.close();
  return reader === null;
}

/** Null when somebody else's lock is in the way. */
function openedOrNull(file: string, statements: string): DatabaseSync | null {
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
      throw explained(path.dirname(file), STATE_VARIABLE, error);
    }
  }
  setAside(file);
  return openedOrNull(file, statements);
}

/** Renames what stands in the place of the lock. Throws UnusableDirectory when that cannot be done. */
function setAside(file: string): void {
  let aside = `${file}.unreadable`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.unreadable-${count}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    throw explained(path.dirname(file), STATE_VARIABLE, error);
  }
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const NOT_A_DATABASE = 26;
