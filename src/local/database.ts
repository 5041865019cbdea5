import { chmodSync, closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDamaged, transaction } from '../platform/sqlite.ts';
import { MIGRATIONS } from './schema.ts';

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** Written by a newer taskdeck: it is only read. */
  readonly readOnly: boolean;
  /** What the user should know about how it was opened, one sentence; null when there is nothing. */
  readonly notice: string | null;
}

/** Opens `local.db` in the state directory at the current schema. A damaged one is set aside, never deleted. */
export function openDatabase(stateDir: string): OpenedDatabase {
  const file = path.join(stateDir, 'local.db');
  try {
    return open(file);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return beginAnew(stateDir);
  }
}

/** Sets a damaged `local.db`, which nobody has open any more, aside and begins a fresh one. */
export function beginAnew(stateDir: string): OpenedDatabase {
  const file = path.join(stateDir, 'local.db');
  const aside = setAside(file);
  return {
    ...open(file),
    notice: `${file} was damaged and is kept as ${aside}; the local server begins anew.`,
  };
}

function open(file: string): OpenedDatabase {
  // SQLite would create it readable for others; its -wal and -shm files take their mode from it.
  closeSync(openSync(file, 'a', 0o600));
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  const database = new DatabaseSync(file);
  try {
    const version = versionOf(database);
    if (version > MIGRATIONS.length) {
      database.close();
      const notice = `${file} was written by a newer taskdeck: its tasks can be read but not changed. Update taskdeck.`;
      return { database: new DatabaseSync(file, { readOnly: true }), readOnly: true, notice };
    }
    // In WAL mode NORMAL survives the end of the process at any moment; only a power cut can take the last second.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
    migrate(database, version);
    return { database, readOnly: false, notice: null };
  } catch (error) {
    closeQuietly(database);
    throw error;
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

function migrate(database: DatabaseSync, from: number): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < from) continue;
    transaction(database, () => database.exec(`${migration} PRAGMA user_version = ${index + 1};`));
  }
}

function setAside(file: string): string {
  let aside = `${file}.damaged`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.damaged-${count}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}
