import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Runs SQL; prepares each statement once. `Row` is not checked: it must match schema.ts. */
export class StatementCache {
  readonly database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  all<Row>(text: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#statement(text).all(...values) as unknown as readonly Row[];
  }

  one<Row>(text: string, ...values: readonly SQLInputValue[]): Row | null {
    return (this.#statement(text).get(...values) as unknown as Row | undefined) ?? null;
  }

  run(text: string, ...values: readonly SQLInputValue[]): void {
    this.#statement(text).run(...values);
  }

  #statement(text: string): StatementSync {
    const prepared = this.#prepared.get(text);
    if (prepared !== undefined) return prepared;
    const statement = this.database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }
}
