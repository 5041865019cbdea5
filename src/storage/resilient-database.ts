import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { StorageFailure } from '../domain/ports/storage.ts';
import { isDamaged, isDamagedIndex, transaction } from '../platform/sqlite.ts';
import { systemReason } from '../platform/system-error.ts';
import { openDatabase, replaceDamagedDatabase } from './database.ts';

type Row = Record<string, SQLOutputValue>;

/** The operations within `inTransaction`; they throw SQLite's errors. */
export interface Transaction {
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** The number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): number;
}

export type WriteStep = readonly [sql: string, ...values: SQLInputValue[]];

/**
 * An open database whose reads and writes never throw: saving is optional, and its failure must not stop taskdeck.
 * Replaces a damaged file at once; `notice` reports other failures until a write succeeds again.
 */
export class ResilientDatabase {
  readonly #directory: string;
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  #openingNotice: string | null;
  /** Why the last operation failed; null after a successful write. */
  #failureReason: string | null = null;
  #failure: StorageFailure | null = null;
  #hasDamagedIndex = false;
  #replacements = 0;
  #lastNotice: string | null = null;
  /** Called with each new notice, and with null when the reported problem is over. */
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
      : `Cannot save drafts and messages: ${this.#failureReason}.`;
  }

  /** The last read or write that failed; a new object for each. */
  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Whether the last failure was that of a full-text index: the rest of the file is sound. */
  get hasDamagedIndex(): boolean {
    return this.#hasDamagedIndex;
  }

  /** The number of damaged files that were replaced. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Like `all`; null on failure. */
  allOrNull(sql: string, ...values: SQLInputValue[]): readonly Row[] | null {
    return this.#attempt(() => this.#statement(sql).all(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#attempt(() => this.#statement(sql).all(...values)) ?? [];
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#attempt(() => this.#statement(sql).get(...values)) ?? undefined;
  }

  /** Runs all statements in one transaction. False when it failed. */
  write(...steps: readonly (readonly [sql: string, ...values: SQLInputValue[]])[]): boolean {
    const result = this.#attempt(() =>
      transaction(this.#database, () => {
        for (const [sql, ...values] of steps) this.#statement(sql).run(...values);
        return true;
      }),
    );
    if (result === true) this.#clearFailure();
    return result === true;
  }

  /**
   * Like `write`, but synced to disk on return: a power cut does not undo it. Writes nothing and returns false if the
   * first step changes no row; null on failure.
   */
  writeDurably(first: WriteStep, ...rest: readonly WriteStep[]): boolean | null {
    const result = this.#attempt(() => {
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
    if (result !== null) this.#clearFailure();
    return result;
  }

  /** Runs `work` in a transaction, exclusive of other writers; null on failure. */
  inTransaction<Result>(work: (transaction: Transaction) => Result): Result | null {
    const outcome = this.#attempt(() => ({
      result: transaction(this.#database, () =>
        work({
          all: (sql, ...values) => this.#statement(sql).all(...values),
          get: (sql, ...values) => this.#statement(sql).get(...values),
          run: (sql, ...values) => Number(this.#statement(sql).run(...values).changes),
        }),
      ),
    }));
    if (outcome !== null) this.#clearFailure();
    return outcome?.result ?? null;
  }

  /** Rewrites the file without deleted data. False when another process uses it. */
  compact(): boolean {
    const result = this.#attempt(() => {
      this.#database.exec('VACUUM');
      const row = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      return Number(row?.busy ?? 1) === 0;
    });
    return result ?? false;
  }

  /** Changes whenever another process has written to the file. Reads no page. */
  dataVersion(): number {
    return Number(this.get('PRAGMA data_version')?.data_version ?? 0);
  }

  close(): void {
    this.#statements.clear();
    try {
      this.#database.close();
    } catch {
      // Already closed.
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
    this.#hasDamagedIndex = isDamagedIndex(error);
    this.#failure = { reason: this.#failureReason };
    this.#notify();
    return null;
  }

  #clearFailure(): void {
    if (this.#failureReason === null) return;
    this.#failureReason = null;
    const wasReported = this.#lastNotice !== this.#openingNotice;
    this.#lastNotice = this.#openingNotice;
    if (wasReported) this.onNotice(null);
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
