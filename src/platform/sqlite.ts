import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/** Turning on WAL does not obey the busy timeout: several first starts at once try again, for 5 s altogether. */
const WAL_ATTEMPTS = 45;

export interface OpenOptions {
  /** Step n takes a file from `user_version` n to n + 1. */
  readonly migrations: readonly string[];
  /** How long a write waits for another process's, ms. */
  readonly busyTimeoutMs: number;
  /** The same while the file is opened, ms. */
  readonly openingTimeoutMs: number;
}

/** The file was written by a newer taskdeck. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
  readonly version: number;

  constructor(version: number) {
    super(`The database has version ${version}, which is newer than this taskdeck.`);
    this.version = version;
  }
}

/**
 * Opens a file that `makePrivate` has created, in WAL mode and at the current schema.
 * @throws NewerSchema, and the error of SQLite or the system; `isDamaged` says whether the file can be quarantined
 */
export function openMigrated(file: string, options: OpenOptions): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${options.openingTimeoutMs}`);
    const version = versionOf(database);
    if (version > options.migrations.length) throw new NewerSchema(version);
    enableWal(database);
    // Survives a kill at any moment; a power cut may cost the last second, but never the file.
    database.exec('PRAGMA synchronous = NORMAL');
    migrate(database, options.migrations);
    // Reads a page of every table, so that most damage is found here and not in the middle of a session.
    for (const table of tablesOf(database)) database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get();
    database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
    return database;
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

/**
 * Creates the file of a database if it is missing, and makes it readable for the user only: SQLite would create it
 * readable for others. Its -wal and -shm files take their mode from it.
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
    // It was closed already.
  }
}

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);

/** Brings a database to the current schema, whole or not at all, and only once when two processes start together. */
export function migrate(database: DatabaseSync, migrations: readonly string[]): void {
  if (versionOf(database) === migrations.length) return;
  transaction(database, () => {
    // Read again under the lock: another process may have migrated it meanwhile.
    for (const step of migrations.slice(versionOf(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

export const tablesOf = (database: DatabaseSync): readonly string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map((row) => String(row.name));

/** The number of a file, which differs from that of a file that replaces it under the same name. */
export const identityOf = (file: string): number => statSync(file).ino;

/** Renames a database and the files that SQLite keeps beside it. Returns the new path: `suffix`, and a number if needed. */
export function quarantine(file: string, suffix: string): string {
  let target = `${file}.${suffix}`;
  for (let count = 2; existsSync(target); count += 1) target = `${file}.${suffix}-${count}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(file + part)) renameSync(file + part, target + part);
  }
  return target;
}

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
