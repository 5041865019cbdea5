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

/** How long a starting server waits for somebody who only looks whether the lock is held, ms. */
const PATIENCE_MS = 1_000;

/** Takes the state directory for one server. The returned function gives it back. Throws StateInUse. */
export function holdState(stateDir: string): () => void {
  createPrivate(stateDir);
  const lock = lockOrNull(fileOf(stateDir), PATIENCE_MS);
  if (lock === null) throw new StateInUse(`A local server already runs on ${stateDir}.`);
  return () => lock.close();
}

/** Whether a server holds the state directory right now. */
export function isStateHeld(stateDir: string): boolean {
  if (!existsSync(fileOf(stateDir))) return false;
  const lock = lockOrNull(fileOf(stateDir), 0);
  lock?.close();
  return lock === null;
}

function lockOrNull(file: string, patienceMs: number): DatabaseSync | null {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}; BEGIN EXCLUSIVE;`);
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
