import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDamaged, makePrivate, NewerSchema, openMigrated, quarantine } from '../../platform/sqlite.ts';
import { MIGRATIONS } from './schema.ts';

/** How long a write waits for another process, such as an SQLite tool of the user, ms. */
const BUSY_TIMEOUT_MS = 2_000;

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** A newer taskdeck wrote the file. */
  readonly readOnly: boolean;
  /** Warning for the user; null if there is none. */
  readonly notice: string | null;
}

/** Opens and migrates `local.db`: read-only if a newer taskdeck wrote it. Replaces a damaged file, which it renames. */
export function openDatabase(stateDir: string): OpenedDatabase {
  const file = path.join(stateDir, 'local.db');
  try {
    return open(file);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    return replaceDamagedDatabase(stateDir);
  }
}

/** Renames a damaged `local.db`, which must be closed, and creates a new one. */
export function replaceDamagedDatabase(stateDir: string): OpenedDatabase {
  const file = path.join(stateDir, 'local.db');
  const quarantined = quarantine(file, 'damaged');
  return {
    ...open(file),
    notice: `${file} was damaged. It was renamed to ${quarantined}, and the local server starts without tasks.`,
  };
}

function open(file: string): OpenedDatabase {
  makePrivate(file);
  try {
    const database = openMigrated(file, {
      migrations: MIGRATIONS,
      openingTimeoutMs: BUSY_TIMEOUT_MS,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
    return { database, readOnly: false, notice: null };
  } catch (error) {
    if (!(error instanceof NewerSchema)) throw error;
    const notice = `${file} was written by a newer taskdeck: its tasks are read-only. Update taskdeck.`;
    return { database: new DatabaseSync(file, { readOnly: true }), readOnly: true, notice };
  }
}
