import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Detects whether another taskdeck of this machine still runs. Each one locks a file of its own, and the system
 * releases the lock when the process ends. Process ids are reused, and heartbeats stop while a process is suspended. It
 * is a SQLite lock, since Node has no file locks. Without a file, because it was never created or was removed, the
 * process id decides: a reused id may delay a message, but never causes it to be sent twice.
 */
export class InstanceLock {
  readonly #directory: string;
  /** Null until first read. */
  #instanceName: string | null = null;
  #lock: DatabaseSync | null = null;
  /** The taskdecks known to have ended; their lock files are removed. */
  readonly #ended = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Identifies this taskdeck. The first read takes the lock. */
  get instanceName(): string {
    if (this.#instanceName === null) {
      this.#instanceName = formatInstanceName({ id: randomUUID(), pid: process.pid, host: hostname() });
      this.#lock = tryLock(this.#lockFileOf(this.#instanceName));
    }
    return this.#instanceName;
  }

  /** False only if this taskdeck has certainly ended; then it stays false. */
  isAlive(instanceName: string): boolean {
    if (instanceName === this.#instanceName) return true;
    if (this.#ended.has(instanceName)) return false;
    const isRunning = this.#mayBeRunning(instanceName);
    if (!isRunning) this.#ended.add(instanceName);
    return isRunning;
  }

  close(): void {
    if (this.#lock !== null && this.#instanceName !== null)
      releaseLock(this.#lock, this.#lockFileOf(this.#instanceName));
    this.#lock = null;
  }

  #mayBeRunning(instanceName: string): boolean {
    const path = this.#lockFileOf(instanceName);
    if (!existsSync(path)) return mayBeRunningByPid(instanceName);
    const lock = tryLock(path);
    if (lock === null) return true;
    releaseLock(lock, path);
    return false;
  }

  #lockFileOf(instanceName: string): string {
    const [id = ''] = instanceName.split('/');
    return join(this.#directory, `taskdeck-${id.replaceAll(/[^\w-]/gu, '')}.lock`);
  }
}

interface InstanceName {
  readonly id: string;
  readonly pid: number;
  readonly host: string;
}

const formatInstanceName = ({ id, pid, host }: InstanceName): string => `${id}/${pid}/${host}`;

/** Whether a taskdeck without a lock may run. Names of earlier versions have no process id. */
function mayBeRunningByPid(instanceName: string): boolean {
  const [, pid = '', host = ''] = instanceName.split('/');
  if (!/^[1-9]\d*$/u.test(pid)) return false;
  if (host !== hostname()) return true;
  // This process under an earlier name: on another deployment, or an ended process with the same id.
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // Any other error: it runs as another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Locks a file until it is closed; null when another process holds the lock, or on any error. */
function tryLock(path: string): DatabaseSync | null {
  let lock: DatabaseSync | null = null;
  try {
    closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path);
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock?.close();
    return null;
  }
}

function releaseLock(lock: DatabaseSync, path: string): void {
  try {
    // Removed while still locked, so that no other process locks a deleted file.
    rmSync(path, { force: true });
    lock.close();
  } catch {
    // The unlocked file stays; the next check removes it.
  }
}
