import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivate } from './directories.ts';

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
  const lock = openedOrNull(fileOf(stateDir), `PRAGMA busy_timeout = ${PATIENCE_MS}; BEGIN EXCLUSIVE;`);
  if (lock === null) throw new StateInUse(`A local server already runs on ${stateDir}.`);
  return () => lock.close();
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
  const database = new DatabaseSync(file);
  try {
    database.exec(statements);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html; extended codes carry it in their lowest byte. */
const BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  (error.errcode & 0xff) === BUSY;
