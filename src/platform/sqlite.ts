import type { DatabaseSync } from 'node:sqlite';

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** The primary result code of a failure of node:sqlite, or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // Extended codes carry the primary one in their lowest byte.
  return error.errcode & 0xff;
}

/** The file is not, or no longer, a database that SQLite can read. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/**
 * Runs `work` in one transaction: all of its writes are stored, or none. Throws the error that came first, never one
 * of the ROLLBACK after it. Does not nest.
 */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite rolls back by itself when it finds the disk full, and then reports that no transaction is active.
  }
}
