import type { SQLInputValue } from 'node:sqlite';
import type { Repository } from '../database/repository.ts';
import type { StatementCache } from '../database/statement-cache.ts';
import type { ChatRow } from './chat-row-types.ts';

type NewChatRow = Pick<
  ChatRow,
  | 'id'
  | 'agent'
  | 'model'
  | 'effort'
  | 'title'
  | 'has_own_title'
  | 'status'
  | 'directory'
  | 'permission_mode'
  | 'plan_mode'
  | 'labels'
  | 'client_type'
  | 'agent_token'
  | 'created_at'
>;
export type ChatChanges = Partial<Omit<ChatRow, 'id' | 'agent' | 'created_at' | 'history_version'>>;

/** Every change of a chat, after its COMMIT. `deleted`: the row is gone. */
export interface ChatChange {
  readonly chatId: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** The table of chats. Reports each changed chat once after the COMMIT. */
export class ChatTable {
  readonly repository: Repository;
  protected readonly sql: StatementCache;
  readonly #listeners = new Set<(change: ChatChange) => void>();
  /** Changes of the open transaction. */
  readonly #changes = new Map<string, ChatChange>();

  constructor(repository: Repository, sql: StatementCache) {
    this.repository = repository;
    this.sql = sql;
  }

  /** Calls `listener` after each COMMIT, once for each changed chat. It must not throw. Returns how to stop that. */
  onChange(listener: (change: ChatChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  chat(id: string): ChatRow | null {
    return this.sql.one('SELECT * FROM chats WHERE id = ?', id.toLowerCase());
  }

  /** Pinned ones first, then the newest change first. `archived`: only such ones; null: all. */
  chats(archived: boolean | null = null): readonly ChatRow[] {
    const only = archived === null ? null : Number(archived);
    return this.sql.all(
      `SELECT * FROM chats WHERE ? IS NULL OR archived = ?
       ORDER BY pin_order = 0, pin_order, updated_at DESC, id DESC`,
      only,
      only,
    );
  }

  /** The directories of all chats, each once. */
  directories(): readonly string[] {
    const rows = this.sql.all<{ directory: string }>(
      'SELECT DISTINCT directory FROM chats ORDER BY directory',
    );
    return rows.map(({ directory }) => directory);
  }

  /** Chats whose turn is not over, of this server or of an earlier one. */
  unfinishedChats(): readonly ChatRow[] {
    return this.sql.all(
      `SELECT * FROM chats WHERE status IN ('running', 'interrupting', 'requires_action')
         OR id IN (SELECT chat_id FROM chat_messages WHERE growing = 1)`,
    );
  }

  addChat(chat: NewChatRow): void {
    this.write(
      chat.id,
      `INSERT INTO chats (id, agent, model, effort, title, has_own_title, status, directory, permission_mode,
         plan_mode, labels, client_type, agent_token, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      chat.id,
      chat.agent,
      chat.model,
      chat.effort,
      chat.title,
      chat.has_own_title,
      chat.status,
      chat.directory,
      chat.permission_mode,
      chat.plan_mode,
      chat.labels,
      chat.client_type,
      chat.agent_token,
      chat.created_at,
      chat.created_at,
    );
    this.changed(chat.id, 'created');
  }

  updateChat(id: string, changes: ChatChanges): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const set = names.map((name) => `${name} = ?`).join(', ');
    this.write(
      id,
      `UPDATE chats SET ${set} WHERE id = ?`,
      ...(Object.values(changes) as SQLInputValue[]),
      id,
    );
  }

  /** Deletes all rows of a chat, its files too unless another chat links them. */
  deleteChat(id: string): void {
    this.repository.inTransaction(() => {
      this.sql.run(
        `DELETE FROM chat_files WHERE id IN (SELECT file_id FROM chat_file_links WHERE chat_id = ?)
           AND id NOT IN (SELECT file_id FROM chat_file_links WHERE chat_id <> ?)`,
        id,
        id,
      );
      for (const table of ['chat_messages', 'chat_queue', 'chat_permissions', 'chat_file_links']) {
        this.sql.run(`DELETE FROM ${table} WHERE chat_id = ?`, id);
      }
      for (const table of ['groups', 'environments']) {
        this.sql.run(`DELETE FROM ${table} WHERE task_id = ?`, id);
      }
      this.sql.run('DELETE FROM chats WHERE id = ?', id);
      this.changed(id, 'deleted');
    });
  }

  /** Runs a statement that changes a chat. */
  protected write(chatId: string, text: string, ...values: readonly SQLInputValue[]): void {
    this.repository.inTransaction(() => {
      this.sql.run(text, ...values);
      this.changed(chatId, 'changed');
    });
  }

  /** Reports a change after the COMMIT, with other changes of the same chat. */
  protected changed(chatId: string, kind: ChatChange['kind']): void {
    this.repository.inTransaction(() => {
      // Of several calls only the first finds the change. A ROLLBACK leaves it for the next one.
      this.repository.afterCommit(() => this.#report(chatId));
      if (kind === 'deleted' || !this.#changes.has(chatId)) this.#changes.set(chatId, { chatId, kind });
    });
  }

  #report(chatId: string): void {
    const change = this.#changes.get(chatId);
    this.#changes.delete(chatId);
    if (change === undefined) return;
    // A ROLLBACK left the report of a deletion.
    const isStale = change.kind === 'deleted' && this.chat(chatId) !== null;
    const reported: ChatChange = isStale ? { chatId, kind: 'changed' } : change;
    for (const listener of [...this.#listeners]) listener(reported);
  }
}
