import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { StorageFailure } from '../domain/ports/storage.ts';
import { isDamaged, transaction } from '../platform/sqlite.ts';
import { systemReason } from '../platform/system-error.ts';
import { openDatabase, replaceDamagedDatabase } from './database.ts';

type Row = Record<string, SQLOutputValue>;

/** What can be done within `together`; it throws what SQLite throws. */
export interface Transaction {
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
}

export type WriteStep = readonly [sql: string, ...values: SQLInputValue[]];

/**
 * One open database whose reads and writes never throw: remembering is a comfort, and no reason to end a session.
 * A file that turns out to be damaged is set aside on the spot; anything else is told by `notice` until a write
 * works again.
 */
export class ResilientDatabase {
  readonly #directory: string;
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  #openingNotice: string | null;
  /** Why the last write failed; null after one that worked. */
  #failureReason: string | null = null;
  #failure: StorageFailure | null = null;
  #replacements = 0;
  #lastNotice: string | null = null;
  /** Called with each new notice, and with null when what the last one told of is over. */
  onNotice: (notice: string | null) => void = () => {};

  constructor(directory: string) {
    this.#directory = directory;
    const opened = openDatabase(directory);
    this.#database = opened.database;
    this.#openingNotice = opened.notice;
    this.#lastNotice = opened.notice;
  }

  get notice(): string | null {
    return this.#failureReason === null
      ? this.#openingNotice
      : `What you type is not being remembered: ${this.#failureReason}.`;
  }

  /** The last read or write that failed: another object for each. */
  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Counts how often a damaged file gave way to a fresh one. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Like `all`; null when it cannot be read. */
  allOrNull(sql: string, ...values: SQLInputValue[]): readonly Row[] | null {
    return this.#attempt(() => this.#statement(sql).all(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#attempt(() => this.#statement(sql).all(...values)) ?? [];
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#attempt(() => this.#statement(sql).get(...values)) ?? undefined;
  }

  /** Several statements that hold together: all of them, or none. False when none could be written. */
  write(...steps: readonly (readonly [sql: string, ...values: SQLInputValue[]])[]): boolean {
    const done = this.#attempt(() =>
      transaction(this.#database, () => {
        for (const [sql, ...values] of steps) this.#statement(sql).run(...values);
        return true;
      }),
    );
    if (done === true) this.#clearFailure();
    return done === true;
  }

  /**
   * Like `write`, and on the disk itself when it returns: a power cut does not undo it. Every step must change a row,
   * unless it comes after the first, or nothing is written at all: then it is false; null when it failed.
   */
  writeDurably(first: WriteStep, ...rest: readonly WriteStep[]): boolean | null {
    const done = this.#attempt(() => {
      this.#database.exec('PRAGMA synchronous = FULL');
      try {
        return transaction(this.#database, () => {
          const [sql, ...values] = first;
          if (Number(this.#statement(sql).run(...values).changes) === 0) return false;
          for (const [other, ...others] of rest) this.#statement(other).run(...others);
          return true;
        });
      } finally {
        this.#database.exec('PRAGMA synchronous = NORMAL');
      }
    });
    if (done !== null) this.#clearFailure();
    return done;
  }

  /** Reads and writes that hold together, and that nobody else writes between; null when it failed. */
  inTransaction<Result>(work: (transaction: Transaction) => Result): Result | null {
    const done = this.#attempt(() => ({
      result: transaction(this.#database, () =>
        work({
          all: (sql, ...values) => this.#statement(sql).all(...values),
          get: (sql, ...values) => this.#statement(sql).get(...values),
          run: (sql, ...values) => Number(this.#statement(sql).run(...values).changes),
        }),
      ),
    }));
    if (done !== null) this.#clearFailure();
    return done?.result ?? null;
  }

  /** Writes the file anew without what was deleted, so that nothing of it is left there. False when others use it. */
  compact(): boolean {
    const done = this.#attempt(() => {
      this.#database.exec('VACUUM');
      const row = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      return Number(row?.busy ?? 1) === 0;
    });
    return done ?? false;
  }

  /** Another number whenever another process has written to the file. Reads no page of it. */
  dataVersion(): number {
    return Number(this.get('PRAGMA data_version')?.data_version ?? 0);
  }

  close(): void {
    this.#statements.clear();
    try {
      this.#database.close();
    } catch {
      // Closed before.
    }
  }

  #attempt<Result>(run: () => Result): Result | null {
    try {
      return run();
    } catch (error) {
      if (!isDamaged(error)) return this.#recordFailure(error);
    }
    this.#replaceDamaged();
    try {
      return run();
    } catch (error) {
      return this.#recordFailure(error);
    }
  }

  #recordFailure(error: unknown): null {
    this.#failureReason = systemReason(error);
    this.#failure = { reason: this.#failureReason };
    this.#notify();
    return null;
  }

  #clearFailure(): void {
    if (this.#failureReason === null) return;
    this.#failureReason = null;
    const wasTold = this.#lastNotice !== this.#openingNotice;
    this.#lastNotice = this.#openingNotice;
    if (wasTold) this.onNotice(null);
  }

  #notify(): void {
    const { notice } = this;
    if (notice === null || notice === this.#lastNotice) return;
    this.#lastNotice = notice;
    this.onNotice(notice);
  }

  #replaceDamaged(): void {
    this.#replacements += 1;
    this.close();
    const opened = replaceDamagedDatabase(this.#directory);
    this.#database = opened.database;
    this.#openingNotice = opened.notice;
    this.#notify();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
