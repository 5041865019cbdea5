import { randomUUID } from 'node:crypto';
import type { SQLInputValue } from 'node:sqlite';
import { STATE_VARIABLE } from '../../config/directories.ts';
import { asUnusableDirectory } from '../../platform/private-directory.ts';
import { transaction } from '../../platform/sqlite.ts';
import type {
  BuildLogRow,
  BuildRow,
  MessageRow,
  ProcessGroupRow,
  TaskRow,
  Transition,
  TurnRow,
} from './row-types.ts';
import type { StatementCache } from './statement-cache.ts';

type NewTaskRow = Pick<
  TaskRow,
  | 'id'
  | 'workspace_id'
  | 'name'
  | 'display_name'
  | 'agent'
  | 'template_version_id'
  | 'directory'
  | 'owns_directory'
  | 'input'
  | 'agent_token'
  | 'created_at'
>;

type RowChanges<Row> = Partial<Omit<Row, 'id' | 'task_id' | 'created_at'>>;

/** The local server's database. Each call is one transaction, on disk when the call returns. */
export class Repository {
  readonly #sql: StatementCache;
  readonly #directory: string;
  /** To call after the COMMIT of the open transaction; null if none is open. */
  #commitCallbacks: (() => void)[] | null = null;

  /** `directory` holds the database; for error messages. */
  constructor(sql: StatementCache, directory: string) {
    this.#sql = sql;
    this.#directory = directory;
  }

  /**
   * Runs `work` in one transaction; a nested call joins the outer one. Throws UnusableDirectory if the disk refuses the
   * write; then nothing was written.
   */
  inTransaction<Result>(work: () => Result): Result {
    if (this.#commitCallbacks !== null) return work();
    const effects: (() => void)[] = [];
    this.#commitCallbacks = effects;
    let result: Result;
    try {
      result = transaction(this.#sql.database, work);
    } catch (error) {
      throw asUnusableDirectory(this.#directory, STATE_VARIABLE, error);
    } finally {
      this.#commitCallbacks = null;
    }
    for (const effect of effects) effect();
    return result;
  }

  /**
   * Runs `effect` after the COMMIT of the outermost transaction, never after a ROLLBACK. For effects that a ROLLBACK
   * cannot undo: processes, timers, state in memory. `effect` must not throw.
   */
  afterCommit(effect: () => void): void {
    if (this.#commitCallbacks === null) throw new Error('afterCommit was called outside of a transaction.');
    this.#commitCallbacks.push(effect);
  }

  close(): void {
    this.#sql.database.close();
  }

  /** A stored value such as the deployment's id. If missing, `make` creates it; `readOnly` does not store it. */
  storedFact(name: string, make: () => string, readOnly = false): string {
    const stored = this.#sql.one<{ value: string }>('SELECT value FROM facts WHERE name = ?', name);
    if (stored !== null) return stored.value;
    const value = make();
    if (!readOnly) this.#write('INSERT INTO facts (name, value) VALUES (?, ?)', name, value);
    return value;
  }

  /** Newest first. */
  tasks(): readonly TaskRow[] {
    return this.#sql.all('SELECT * FROM tasks WHERE deleted_at IS NULL ORDER BY created_at DESC, rowid DESC');
  }

  task(id: string): TaskRow | null {
    return this.#sql.one('SELECT * FROM tasks WHERE id = ? AND deleted_at IS NULL', id.toLowerCase());
  }

  taskByName(name: string): TaskRow | null {
    return this.#sql.one('SELECT * FROM tasks WHERE lower(name) = lower(?) AND deleted_at IS NULL', name);
  }

  /** Also finds a deleted task, until `purge` removes it. */
  taskByWorkspace(id: string): TaskRow | null {
    return this.#sql.one('SELECT * FROM tasks WHERE workspace_id = ?', id.toLowerCase());
  }

  taskOrDeletedTask(id: string): TaskRow | null {
    return this.#sql.one('SELECT * FROM tasks WHERE id = ?', id);
  }

  addTask(task: NewTaskRow): void {
    this.#write(
      `INSERT INTO tasks (id, workspace_id, name, display_name, agent, template_version_id, directory,
         owns_directory, input, input_due, agent_token, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      task.id,
      task.workspace_id,
      task.name,
      task.display_name,
      task.agent,
      task.template_version_id,
      task.directory,
      task.owns_directory,
      task.input,
      task.input === '' ? 0 : 1,
      task.agent_token,
      task.created_at,
      task.created_at,
    );
  }

  updateTask(id: string, changes: RowChanges<TaskRow>): void {
    this.#update('tasks', id, changes);
  }

  /** Deletes all rows of a task but those of the task and its builds, which its workspace still shows. */
  deleteTaskData(taskId: string): void {
    this.inTransaction(() => {
      for (const table of ['messages', 'pieces', 'turns', 'groups', 'snapshots', 'environments']) {
        this.#write(`DELETE FROM ${table} WHERE task_id = ?`, taskId);
      }
      this.#write(
        'DELETE FROM build_logs WHERE build_id IN (SELECT id FROM builds WHERE task_id = ?)',
        taskId,
      );
    });
  }

  /** Removes tasks that were deleted before `time`, Unix time in ms, unless a build of them is active. */
  purge(time: number): void {
    this.inTransaction(() => {
      this.#write(
        `DELETE FROM builds WHERE status NOT IN ('pending', 'running', 'canceling')
           AND task_id IN (SELECT id FROM tasks WHERE deleted_at < ?)`,
        time,
      );
      this.#write('DELETE FROM tasks WHERE deleted_at < ? AND id NOT IN (SELECT task_id FROM builds)', time);
    });
  }

  addBuild(taskId: string, transition: Transition, reason: string, now: number): BuildRow {
    const id = randomUUID();
    this.inTransaction(() => {
      const number = (this.latestBuild(taskId)?.number ?? 0) + 1;
      this.#write(
        `INSERT INTO builds (id, task_id, number, transition, reason, status, created_at)
         VALUES (?, ?, ?, ?, ?, 'pending', ?)`,
        id,
        taskId,
        number,
        transition,
        reason,
        now,
      );
      this.updateTask(taskId, { updated_at: now });
    });
    const build = this.build(id);
    if (build === null) throw new Error('A new build is missing in the database.');
    return build;
  }

  build(id: string): BuildRow | null {
    return this.#sql.one('SELECT * FROM builds WHERE id = ?', id.toLowerCase());
  }

  latestBuild(taskId: string): BuildRow | null {
    return this.#sql.one('SELECT * FROM builds WHERE task_id = ? ORDER BY number DESC LIMIT 1', taskId);
  }

  /** Newest first. */
  builds(taskId: string): readonly BuildRow[] {
    return this.#sql.all('SELECT * FROM builds WHERE task_id = ? ORDER BY number DESC', taskId);
  }

  /** Active builds, and failed deletions, which users cannot see to retry. */
  unfinishedBuilds(): readonly BuildRow[] {
    return this.#sql.all(
      `SELECT * FROM builds WHERE status IN ('pending', 'running', 'canceling')
         OR (transition = 'delete' AND status = 'failed')`,
    );
  }

  updateBuild(id: string, changes: RowChanges<BuildRow>): void {
    this.#update('builds', id, changes);
  }

  addBuildLog(buildId: string, stage: string, output: string, now: number, level = 'info'): void {
    this.#write(
      'INSERT INTO build_logs (build_id, created_at, level, stage, output) VALUES (?, ?, ?, ?, ?)',
      buildId,
      now,
      level,
      stage,
      output,
    );
  }

  buildLogs(buildId: string, after: number): readonly BuildLogRow[] {
    return this.#sql.all(
      'SELECT * FROM build_logs WHERE build_id = ? AND id > ? ORDER BY id',
      buildId,
      after,
    );
  }

  messages(taskId: string): readonly MessageRow[] {
    return this.#sql.all(
      'SELECT id, type, content, time FROM messages WHERE task_id = ? ORDER BY id',
      taskId,
    );
  }

  /** The id of the next message; ids are positions. */
  nextMessageId(taskId: string): number {
    const last = this.#sql.one<{ id: number | null }>(
      'SELECT max(id) AS id FROM messages WHERE task_id = ?',
      taskId,
    );
    return (last?.id ?? -1) + 1;
  }

  /** Adds a message, or replaces content and time of the one with its id. */
  putMessage(taskId: string, message: MessageRow): void {
    this.#write(
      `INSERT INTO messages (task_id, id, type, content, time) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (task_id, id) DO UPDATE SET content = excluded.content, time = excluded.time`,
      taskId,
      message.id,
      message.type,
      message.content,
      message.time,
    );
  }

  /** Appends bytes to a streaming message. `dropped`: bytes of output that were dropped before the first piece. */
  addPiece(taskId: string, messageId: number, bytes: Buffer, dropped: number): void {
    this.#write(
      'INSERT INTO pieces (task_id, message_id, dropped, bytes) VALUES (?, ?, ?, ?)',
      taskId,
      messageId,
      dropped,
      bytes,
    );
  }

  pieces(
    taskId: string,
    messageId: number,
  ): readonly { readonly dropped: number; readonly bytes: Uint8Array }[] {
    return this.#sql.all(
      'SELECT dropped, bytes FROM pieces WHERE task_id = ? AND message_id = ? ORDER BY id',
      taskId,
      messageId,
    );
  }

  deletePieces(taskId: string, messageId: number): void {
    this.#write('DELETE FROM pieces WHERE task_id = ? AND message_id = ?', taskId, messageId);
  }

  turns(): readonly TurnRow[] {
    return this.#sql.all('SELECT * FROM turns');
  }

  beginTurn(turn: TurnRow): void {
    this.#write(
      'INSERT INTO turns (task_id, message_id, started_at) VALUES (?, ?, ?)',
      turn.task_id,
      turn.message_id,
      turn.started_at,
    );
  }

  endTurn(taskId: string): void {
    this.#write('DELETE FROM turns WHERE task_id = ?', taskId);
  }

  groups(): readonly ProcessGroupRow[] {
    return this.#sql.all('SELECT * FROM groups');
  }

  groupsOf(taskId: string): readonly ProcessGroupRow[] {
    return this.#sql.all('SELECT * FROM groups WHERE task_id = ?', taskId);
  }

  addGroup({ task_id, number, identity }: ProcessGroupRow): void {
    this.#write('INSERT OR REPLACE INTO groups VALUES (?, ?, ?)', task_id, number, identity);
  }

  deleteGroup(taskId: string, number: number): void {
    this.#write('DELETE FROM groups WHERE task_id = ? AND number = ?', taskId, number);
  }

  snapshot(taskId: string): { readonly messages: string; readonly created_at: number } | null {
    return this.#sql.one('SELECT messages, created_at FROM snapshots WHERE task_id = ?', taskId);
  }

  putSnapshot(taskId: string, messages: string, now: number): void {
    this.#write('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)', taskId, messages, now);
  }

  /** The environment that the last request for the task sent; null if none did. */
  environment(taskId: string): Readonly<Record<string, string>> | null {
    const row = this.#sql.one<{ variables: string }>(
      'SELECT variables FROM environments WHERE task_id = ?',
      taskId,
    );
    return row === null ? null : JSON.parse(row.variables);
  }

  putEnvironment(taskId: string, variables: Readonly<Record<string, string>>): void {
    this.#write('INSERT OR REPLACE INTO environments VALUES (?, ?)', taskId, JSON.stringify(variables));
  }

  deleteSnapshot(taskId: string): void {
    this.#write('DELETE FROM snapshots WHERE task_id = ?', taskId);
  }

  #write(text: string, ...values: readonly SQLInputValue[]): void {
    this.inTransaction(() => this.#sql.run(text, ...values));
  }

  #update(
    table: 'tasks' | 'builds',
    id: string,
    changes: Readonly<Record<string, string | number | null>>,
  ): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const set = names.map((name) => `${name} = ?`).join(', ');
    this.#write(`UPDATE ${table} SET ${set} WHERE id = ?`, ...Object.values(changes), id);
  }
}
