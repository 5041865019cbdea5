import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** The extended result code of a full-text index whose content is wrong: SQLITE_CORRUPT_VTAB. */
const CORRUPT_INDEX = 267;

/** Switching to WAL ignores the busy timeout, so simultaneous first starts retry: 5 s in total. */
const WAL_ATTEMPTS = 45;

export interface OpenOptions {
  /** Step n takes a file from `user_version` n to n + 1. */
  readonly migrations: readonly string[];
  /** How long a write waits for the lock of another process, ms. */
  readonly busyTimeoutMs: number;
  /** The same while the file is being opened, ms. */
  readonly openingTimeoutMs: number;
}

/** A newer taskdeck wrote the file. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
  readonly version: number;

  constructor(version: number) {
    super(`The database has version ${version}. It needs a newer taskdeck.`);
    this.version = version;
  }
}

/**
 * Opens a file that `makePrivate` has created, in WAL mode and with the current schema.
 * @throws NewerSchema, or the error of SQLite or the system; see `isDamaged`
 */
export function openMigrated(file: string, options: OpenOptions): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${options.openingTimeoutMs}`);
    const version = versionOf(database);
    if (version > options.migrations.length) throw new NewerSchema(version);
    enableWal(database);
    // A kill loses nothing. A power cut may lose the last second, but does not damage the file.
    database.exec('PRAGMA synchronous = NORMAL');
    migrate(database, options.migrations);
    // Reads a page of every table, to find most damage now.
    for (const table of tablesOf(database)) database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get();
    database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
    return database;
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/**
 * Creates a missing database file and makes it readable for the user only: SQLite would create it readable for others.
 * Its -wal and -shm files inherit the mode.
 */
export function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

function enableWal(database: DatabaseSync): void {
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
    // Already closed.
  }
}

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);

/** Migrates a database to the current schema in one transaction; only once when two processes start together. */
export function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  if (versionOf(database) === migrations.length) return;
  transaction(database, () => {
    // Read again inside the lock: another process may have migrated it.
    for (const step of migrations.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

export const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map((row) => String(row.name));

/** The file's inode number: changes when another file replaces it. */
export const identityOf = (file: string): number => statSync(file).ino;

/** Renames a database with its -wal and -shm files. Returns the new path: `suffix`, with a number if needed. */
export function quarantine(file: string, suffix: string): string {
  let target = `${file}.${suffix}`;
  for (let count = 2; existsSync(target); count += 1) target = `${file}.${suffix}-${count}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(file + part)) renameSync(file + part, target + part);
  }
  return target;
}

/** The primary result code of an error of node:sqlite; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // The lowest byte of an extended code is the primary code.
  return error.errcode & 0xff;
}

/** A full-text index is damaged, and nothing else of the file. */
export const isDamagedIndex = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === CORRUPT_INDEX;

/** SQLite cannot read the file: not a database, or corrupt. */
export function isDamaged(error: unknown): boolean {
  if (isDamagedIndex(error)) return false;
  const code = sqliteCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/**
 * Runs `work` in one transaction: stores all of its writes or none. Throws the first error, not that of the ROLLBACK
 * after it. Does not nest.
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
    // On a full disk SQLite has rolled back already, and reports that no transaction is active.
  }
}
