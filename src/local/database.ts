import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDamaged, makePrivate, NewerSchema, openMigrated, quarantine } from '../platform/sqlite.ts';
import { MIGRATIONS } from './schema.ts';

/** How long a write waits for another process, ms: only a tool that the user opened the file with. */
const BUSY_TIMEOUT_MS = 2_000;

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
    return replaceDamagedDatabase(stateDir);
  }
}

/** Sets a damaged `local.db`, which nobody has open any more, aside and begins a fresh one. */
export function replaceDamagedDatabase(stateDir: string): OpenedDatabase {
  const file = path.join(stateDir, 'local.db');
  const quarantined = quarantine(file, 'damaged');
  return {
    ...open(file),
    notice: `${file} was damaged and is kept as ${quarantined}; the local server begins anew.`,
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
    const notice = `${file} was written by a newer taskdeck: its tasks can be read but not changed. Update taskdeck.`;
    return { database: new DatabaseSync(file, { readOnly: true }), readOnly: true, notice };
  }
}
