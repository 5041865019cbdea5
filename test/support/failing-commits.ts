import { execFileSync } from 'node:child_process';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { ignoreSigxfsz } from '../../src/config/ignore-sigxfsz.ts';

export interface FailingCommits {
  /** Makes `count` COMMITs (default: all) fail, from the `nth` (default: 1) on. */
  fail(nth?: number, count?: number): void;
  heal(): void;
  /** Failed COMMITs so far. */
  readonly failed: number;
  /** Removes the patches of node:sqlite. */
  restore(): void;
}

/** Why commits cannot fail on this machine; null if they can. */
export const commitsCannotFail: string | null = hasPrlimit() ? null : 'prlimit is not installed';

/**
 * Makes COMMITs of this process fail like a disk error: during the COMMIT, a file size limit makes every write fail.
 * SQLite rolls back and reports an I/O error. A statement outside of a transaction counts as a COMMIT; a transaction
 * without changes does not.
 */
export function failingCommits(): FailingCommits {
  ignoreSigxfsz();
  const { exec } = DatabaseSync.prototype;
  const { run } = StatementSync.prototype;
  /** Changes before the open transaction; null while none is open. */
  let changesBefore: number | null = null;
  let remainingBefore = 0;
  let remaining = 0;
  let failed = 0;

  function commit<Result>(work: () => Result): Result {
    if (remaining === 0) return work();
    remainingBefore -= 1;
    if (remainingBefore > 0) return work();
    setFileLimit('1');
    try {
      return work();
    } catch (error) {
      remaining -= 1;
      failed += 1;
      throw error;
    } finally {
      setFileLimit('unlimited');
    }
  }

  DatabaseSync.prototype.exec = function (sql) {
    const work = (): void => exec.call(this, sql);
    if (sql === 'COMMIT') {
      const isEmpty = changesOf(this) === changesBefore;
      changesBefore = null;
      if (isEmpty) work();
      else commit(work);
      return;
    }
    work();
    if (sql.startsWith('BEGIN')) changesBefore = changesOf(this);
    if (sql === 'ROLLBACK') changesBefore = null;
  };
  StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
    const work = (): ReturnType<typeof run> => run.apply(this, values);
    return changesBefore === null ? commit(work) : work();
  } as typeof run;

  return {
    fail(nth = 1, count = Number.POSITIVE_INFINITY) {
      remainingBefore = nth;
      remaining = count;
    },
    heal() {
      remaining = 0;
    },
    get failed() {
      return failed;
    },
    restore() {
      DatabaseSync.prototype.exec = exec;
      StatementSync.prototype.run = run;
    },
  };
}

/** Differs after every change of a row or of the schema. */
const changesOf = (database: DatabaseSync): number =>
  Number(database.prepare('SELECT total_changes() AS changes').get()?.changes) +
  Number(database.prepare('PRAGMA schema_version').get()?.schema_version);

/** Sets the soft limit (RLIMIT_FSIZE) of this process, bytes. */
function setFileLimit(limit: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${limit}:`]);
}

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
