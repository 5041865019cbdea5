import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Tells whether another taskdeck of this machine still runs. Each holds a lock of its own, which the system lets go
 * when it ends, however it ends: process ids come back and heartbeats stop while a program is only suspended. The lock
 * is SQLite's, since Node has none.
 */
export class Presence {
  readonly #directory: string;
  /** Null until somebody asks for it. */
  #me: string | null = null;
  #lock: DatabaseSync | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** This taskdeck's name. The lock is taken with the first question for it. */
  get me(): string {
    if (this.#me === null) {
      this.#me = randomUUID();
      this.#lock = lockOf(this.#pathOf(this.#me));
    }
    return this.#me;
  }

  isAlive(owner: string): boolean {
    if (owner === this.#me) return true;
    const path = this.#pathOf(owner);
    if (!existsSync(path)) return false;
    const lock = lockOf(path);
    if (lock === null) return true;
    end(lock, path);
    return false;
  }

  close(): void {
    if (this.#lock !== null && this.#me !== null) end(this.#lock, this.#pathOf(this.#me));
    this.#lock = null;
  }

  #pathOf(owner: string): string {
    return join(this.#directory, `taskdeck-${owner.replaceAll(/[^\w-]/gu, '')}.lock`);
  }
}

/** The lock of a file, held until it is closed; null when another has it, or nobody can tell. */
function lockOf(path: string): DatabaseSync | null {
  let lock: DatabaseSync | null = null;
  try {
    closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path);
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock?.close();
    // Where a lock cannot be had for another reason, nobody can tell, and what another began is left alone.
    return null;
  }
}

function end(lock: DatabaseSync, path: string): void {
  try {
    // Removed while it is still locked, so that nobody else takes hold of a file that goes away.
    rmSync(path, { force: true });
    lock.close();
  } catch {
    // It stays behind, unlocked: whoever looks next removes it.
  }
}
