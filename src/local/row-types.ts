import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

export interface TaskRow {
  readonly id: string;
  readonly workspace_id: string;
  readonly name: string;
  readonly display_name: string;
  /** Name of its agent command. */
  readonly agent: string;
  readonly template_version_id: string;
  readonly directory: string;
  /** 1 when the directory was made for the task and goes with it. */
  readonly owns_directory: number;
  readonly input: string;
  readonly input_due: number;
  /** One of the constants of conversation.ts. */
  readonly conversing: number;
  readonly session: string;
  readonly cut_off: number;
  readonly agent_token: string;
  readonly state: 'working' | 'idle' | 'complete' | 'failure' | null;
  readonly state_message: string;
  readonly state_at: number;
  readonly snapshot_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly deleted_at: number | null;
}

export type Transition = 'start' | 'stop' | 'delete';
type JobStatus = 'pending' | 'running' | 'succeeded' | 'canceling' | 'canceled' | 'failed';

export interface BuildRow {
  readonly id: string;
  readonly task_id: string;
  readonly number: number;
  readonly transition: Transition;
  readonly reason: string;
  readonly status: JobStatus;
  readonly error: string;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly completed_at: number | null;
  readonly canceled_at: number | null;
}

export interface BuildLogRow {
  readonly id: number;
  readonly created_at: number;
  readonly level: string;
  readonly stage: string;
  readonly output: string;
}

export interface MessageRow {
  readonly id: number;
  readonly type: 'input' | 'output';
  readonly content: string;
  readonly time: number;
}

export interface TurnRow {
  readonly task_id: string;
  /** Of the output; what the user typed is the message before it. */
  readonly message_id: number;
  readonly started_at: number;
}

export interface ProcessGroupRow {
  readonly task_id: string;
  readonly number: number;
  readonly identity: string;
}

/** Statements, prepared once each. Row types are promises of schema.ts: nobody else writes this file. */
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
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }
}
