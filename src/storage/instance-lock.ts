import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Tells whether another taskdeck of this machine still runs. Each holds a lock on a file of its own, which the system
 * releases when the process ends, however it ends: process ids are reused, and heartbeats stop while a program is only
 * suspended. The lock is SQLite's, since Node has none. Where there is no file, because none could be made or it was
 * removed, the process id decides: a reused one leaves a message alone, but never has two deliver it.
 */
export class InstanceLock {
  readonly #directory: string;
  /** Null until it is read. */
  #instanceName: string | null = null;
  #lock: DatabaseSync | null = null;
  /** The names of taskdecks that have ended: their locks, which prove it, are removed. */
  readonly #ended = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** This taskdeck's name. The lock is taken when it is first read. */
  get instanceName(): string {
    if (this.#instanceName === null) {
      this.#instanceName = formatInstanceName({ id: randomUUID(), pid: process.pid, host: hostname() });
      this.#lock = tryLock(this.#lockFileOf(this.#instanceName));
    }
    return this.#instanceName;
  }

  /** False only when it is certain that the taskdeck of this name has ended; then it stays false. */
  isAlive(owner: string): boolean {
    if (owner === this.#instanceName) return true;
    if (this.#ended.has(owner)) return false;
    const runs = this.#mayBeRunning(owner);
    if (!runs) this.#ended.add(owner);
    return runs;
  }

  close(): void {
    if (this.#lock !== null && this.#instanceName !== null)
      releaseLock(this.#lock, this.#lockFileOf(this.#instanceName));
    this.#lock = null;
  }

  #mayBeRunning(owner: string): boolean {
    const path = this.#lockFileOf(owner);
    if (!existsSync(path)) return mayBeRunningByPid(owner);
    const lock = tryLock(path);
    if (lock === null) return true;
    releaseLock(lock, path);
    return false;
  }

  #lockFileOf(owner: string): string {
    const [id = ''] = owner.split('/');
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
function mayBeRunningByPid(owner: string): boolean {
  const [, pid = '', host = ''] = owner.split('/');
  if (!/^[1-9]\d*$/u.test(pid)) return false;
  if (host !== hostname()) return true;
  // One that this process was before: on another deployment, or an ended one with the same id.
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // Any other error: it runs as another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** The lock of a file, held until it is closed; null when another has it, or it cannot be had for another reason. */
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
    // Removed while it is still locked, so that nobody else takes hold of a file that goes away.
    rmSync(path, { force: true });
    lock.close();
  } catch {
    // It stays behind, unlocked: whoever looks next removes it.
  }
}
