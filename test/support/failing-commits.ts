import { execFileSync } from 'node:child_process';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { ignoreSigxfsz } from '../../src/config/ignore-sigxfsz.ts';

/** COMMITs of this process that fail on demand. */
export interface FailingCommits {
  /** The `nth` COMMIT from now on fails, the first unless something else is said, and `count - 1` more after it. */
  fail(nth?: number, count?: number): void;
  /** From now on all COMMITs succeed. */
  heal(): void;
  /** How many failed so far. */
  readonly failed: number;
  /** Undoes everything. */
  restore(): void;
}

/** Why this machine cannot make a COMMIT fail; null when it can. */
export const commitsCannotFail: string | null = hasPrlimit() ? null : 'prlimit is not installed';

/**
 * Makes chosen COMMITs fail as a disk makes them fail: for as long as one lasts, the system refuses every write to a
 * file of this process. SQLite itself finds out, rolls back by itself and reports an I/O error. A single statement
 * outside of a transaction counts as a COMMIT too, and a transaction that changed nothing does not.
 */
export function failingCommits(): FailingCommits {
  ignoreSigxfsz();
  const { exec } = DatabaseSync.prototype;
  const { run } = StatementSync.prototype;
  /** Changes before the open transaction; null while none is open. */
  let changesBefore: number | null = null;
  let before = 0;
  let left = 0;
  let failed = 0;

  function commit<Result>(work: () => Result): Result {
    if (left === 0) return work();
    before -= 1;
    if (before > 0) return work();
    setFileLimit('1');
    try {
      return work();
    } catch (error) {
      left -= 1;
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
      before = nth;
      left = count;
    },
    heal() {
      left = 0;
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

/** Another number after every change of a row or of the schema. */
const changesOf = (database: DatabaseSync): number =>
  Number(database.prepare('SELECT total_changes() AS changes').get()?.changes) +
  Number(database.prepare('PRAGMA schema_version').get()?.schema_version);

/** The soft limit on the size of every file that this process writes, bytes. */
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
