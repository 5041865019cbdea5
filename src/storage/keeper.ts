import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { openDatabase, reopenDamaged } from './database.ts';
import { isDamaged, reasonOf } from './sqlite-error.ts';

type Row = Record<string, SQLOutputValue>;

/**
 * One open database whose reads and writes never throw: remembering is a comfort, and no reason to end a session.
 * A file that turns out to be damaged is set aside on the spot; anything else is told by `notice` until a write
 * works again.
 */
export class Keeper {
  readonly #directory: string;
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  #opening: string | null;
  #trouble: string | null = null;

  constructor(directory: string) {
    this.#directory = directory;
    const opened = openDatabase(directory);
    this.#database = opened.database;
    this.#opening = opened.notice;
  }

  get notice(): string | null {
    return this.#trouble ?? this.#opening;
  }

  all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
    return this.#attempt(() => this.#statement(sql).all(...values)) ?? [];
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#attempt(() => this.#statement(sql).get(...values)) ?? undefined;
  }

  /** Several statements that hold together: all of them, or none. */
  write(...steps: readonly (readonly [sql: string, ...values: SQLInputValue[]])[]): void {
    const done = this.#attempt(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        for (const [sql, ...values] of steps) this.#statement(sql).run(...values);
        this.#database.exec('COMMIT');
      } catch (error) {
        this.#rollBack();
        throw error;
      }
      return true;
    });
    if (done) this.#trouble = null;
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
      if (!isDamaged(error)) {
        this.#trouble = `What you type is not being remembered: ${reasonOf(error)}.`;
        return null;
      }
    }
    this.#beginAgain();
    try {
      return run();
    } catch (error) {
      this.#trouble = `What you type is not being remembered: ${reasonOf(error)}.`;
      return null;
    }
  }

  #beginAgain(): void {
    this.close();
    const opened = reopenDamaged(this.#directory);
    this.#database = opened.database;
    this.#opening = opened.notice;
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite did it by itself.
    }
  }
}
