import type { SQLInputValue } from 'node:sqlite';
import type { Repository } from '../database/repository.ts';
import type { StatementCache } from '../database/statement-cache.ts';
import {
  type ChatFileRow,
  type ChatMessageRow,
  type ChatPermissionRow,
  type ChatQueueRow,
  type ChatRow,
  partsOf,
  type WirePart,
} from './chat-row-types.ts';
import type { AgentOffer } from './session.ts';

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

/** A message to add. Its id, version and `deleted` are chosen here. */
export interface NewMessage {
  readonly role: ChatMessageRow['role'];
  readonly content: readonly WirePart[];
  readonly model?: string;
  readonly queuedMessageId?: number;
  /** Its turn will add to it. */
  readonly growing?: boolean;
}

type NewQueueRow = Omit<ChatQueueRow, 'id' | 'position' | 'editing_since' | 'content'> & {
  readonly content: readonly WirePart[];
};

/** Every change of a chat, after its COMMIT. `deleted`: the row is gone. */
export interface ChatChange {
  readonly chatId: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/**
 * The tables of chats. Each call is one transaction, on disk when the call returns; several join in
 * `Repository.inTransaction`. Reports each changed chat once after the COMMIT.
 */
export class ChatRepository {
  readonly repository: Repository;
  readonly #sql: StatementCache;
  readonly #listeners = new Set<(change: ChatChange) => void>();
  /** Changes of the open transaction. */
  readonly #changes = new Map<string, ChatChange>();

  constructor(repository: Repository, sql: StatementCache) {
    this.repository = repository;
    this.#sql = sql;
  }

  /** Calls `listener` after each COMMIT, once for each changed chat. It must not throw. Returns how to stop that. */
  onChange(listener: (change: ChatChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  chat(id: string): ChatRow | null {
    return this.#sql.one('SELECT * FROM chats WHERE id = ?', id.toLowerCase());
  }

  /** Pinned ones first, then the newest change first. `archived`: only such ones; null: all. */
  chats(archived: boolean | null = null): readonly ChatRow[] {
    const only = archived === null ? null : Number(archived);
    return this.#sql.all(
      `SELECT * FROM chats WHERE ? IS NULL OR archived = ?
       ORDER BY pin_order = 0, pin_order, updated_at DESC, id DESC`,
      only,
      only,
    );
  }

  /** The directories of all chats, each once. */
  directories(): readonly string[] {
    const rows = this.#sql.all<{ directory: string }>(
      'SELECT DISTINCT directory FROM chats ORDER BY directory',
    );
    return rows.map(({ directory }) => directory);
  }

  /** Whether each of the words, in lower case, is in the title or in a text of a message, in any case. */
  hasWords({ id, title }: Pick<ChatRow, 'id' | 'title'>, words: readonly string[]): boolean {
    const left = new Set(words.filter((word) => !title.toLowerCase().includes(word)));
    if (left.size === 0) return true;
    for (const row of this.messages(id)) {
      const text = partsOf(row)
        .map((part) => (typeof part.text === 'string' ? part.text : ''))
        .join('\n')
        .toLowerCase();
      for (const word of left) if (text.includes(word)) left.delete(word);
      if (left.size === 0) return true;
    }
    return false;
  }

  /** Chats whose turn is not over, of this server or of an earlier one. */
  unfinishedChats(): readonly ChatRow[] {
    return this.#sql.all(
      `SELECT * FROM chats WHERE status IN ('running', 'interrupting', 'requires_action')
         OR id IN (SELECT chat_id FROM chat_messages WHERE growing = 1)`,
    );
  }

  addChat(chat: NewChatRow): void {
    this.#write(
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
    this.#changed(chat.id, 'created');
  }

  updateChat(id: string, changes: ChatChanges): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const set = names.map((name) => `${name} = ?`).join(', ');
    this.#write(
      id,
      `UPDATE chats SET ${set} WHERE id = ?`,
      ...(Object.values(changes) as SQLInputValue[]),
      id,
    );
  }

  /** Deletes all rows of a chat, its files too unless another chat links them. */
  deleteChat(id: string): void {
    this.repository.inTransaction(() => {
      this.#sql.run(
        `DELETE FROM chat_files WHERE id IN (SELECT file_id FROM chat_file_links WHERE chat_id = ?)
           AND id NOT IN (SELECT file_id FROM chat_file_links WHERE chat_id <> ?)`,
        id,
        id,
      );
      for (const table of ['chat_messages', 'chat_queue', 'chat_permissions', 'chat_file_links']) {
        this.#sql.run(`DELETE FROM ${table} WHERE chat_id = ?`, id);
      }
      for (const table of ['groups', 'environments']) {
        this.#sql.run(`DELETE FROM ${table} WHERE task_id = ?`, id);
      }
      this.#sql.run('DELETE FROM chats WHERE id = ?', id);
      this.#changed(id, 'deleted');
    });
  }

  /** Adds a message and raises the version of the history. Returns the id of the message. */
  addMessage(chatId: string, message: NewMessage, now: number): number {
    return this.repository.inTransaction(() => {
      const version = this.#nextVersion(chatId);
      this.#sql.run(
        `INSERT INTO chat_messages (chat_id, role, content, model, queued_message_id, version, growing, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        chatId,
        message.role,
        JSON.stringify(message.content),
        message.model ?? '',
        message.queuedMessageId ?? null,
        version,
        message.growing === true ? 1 : 0,
        now,
      );
      this.#changed(chatId, 'changed');
      const added = this.#sql.one<{ id: number }>('SELECT last_insert_rowid() AS id');
      return added?.id ?? 0;
    });
  }

  /** Replaces the parts of a growing message, and the version of the history stays: its stream sends the parts. */
  putGrowingContent(chatId: string, id: number, content: readonly WirePart[]): void {
    this.repository.inTransaction(() =>
      this.#sql.run(
        'UPDATE chat_messages SET content = ? WHERE id = ? AND chat_id = ?',
        JSON.stringify(content),
        id,
        chatId,
      ),
    );
  }

  /** Ends the growth of a message with its last content. An empty message is deleted. */
  finishMessage(chatId: string, id: number, content: readonly WirePart[], usage: unknown = null): void {
    this.repository.inTransaction(() => {
      const version = this.#nextVersion(chatId);
      if (content.length === 0) this.#sql.run('DELETE FROM chat_messages WHERE id = ?', id);
      else
        this.#sql.run(
          'UPDATE chat_messages SET content = ?, usage = ?, growing = 0, version = ? WHERE id = ?',
          JSON.stringify(content),
          usage === null ? null : JSON.stringify(usage),
          version,
          id,
        );
      this.#changed(chatId, 'changed');
    });
  }

  /** Marks a message and all later ones as deleted. Returns their ids. */
  deleteMessagesFrom(chatId: string, id: number): readonly number[] {
    return this.repository.inTransaction(() => {
      const ids = this.#sql.all<{ id: number }>(
        'SELECT id FROM chat_messages WHERE chat_id = ? AND id >= ? AND deleted = 0 ORDER BY id',
        chatId,
        id,
      );
      const version = this.#nextVersion(chatId);
      this.#sql.run(
        'UPDATE chat_messages SET deleted = 1, growing = 0, version = ? WHERE chat_id = ? AND id >= ?',
        version,
        chatId,
        id,
      );
      this.#changed(chatId, 'changed');
      return ids.map((row) => row.id);
    });
  }

  /** Visible messages, oldest first, with ids between the bounds, which are excluded. `limit`: the oldest or newest. */
  messages(
    chatId: string,
    { after = 0, before = Number.MAX_SAFE_INTEGER, limit = -1, newestFirst = false } = {},
  ): readonly ChatMessageRow[] {
    return this.#sql.all(
      `SELECT * FROM chat_messages WHERE chat_id = ? AND deleted = 0 AND id > ? AND id < ?
       ORDER BY id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
      chatId,
      after,
      before,
      limit,
    );
  }

  /** The ids of finished visible messages that were added or changed after a version of the history, oldest first. */
  idsSince(chatId: string, version: number): readonly number[] {
    const rows = this.#sql.all<{ id: number }>(
      `SELECT id FROM chat_messages
       WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND version > ? ORDER BY id`,
      chatId,
      version,
    );
    return rows.map(({ id }) => id);
  }

  /** How many answers the agent has finished. */
  answerCount(chatId: string): number {
    const row = this.#sql.one<{ count: number }>(
      `SELECT count(*) AS count FROM chat_messages
       WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND role = 'assistant'`,
      chatId,
    );
    return row?.count ?? 0;
  }

  message(chatId: string, id: number): ChatMessageRow | null {
    return this.#sql.one(
      'SELECT * FROM chat_messages WHERE chat_id = ? AND id = ? AND deleted = 0',
      chatId,
      id,
    );
  }

  growingMessage(chatId: string): ChatMessageRow | null {
    return this.#sql.one(
      'SELECT * FROM chat_messages WHERE chat_id = ? AND growing = 1 AND deleted = 0 ORDER BY id DESC LIMIT 1',
      chatId,
    );
  }

  /** How many messages were deleted by edits. */
  deletedCount(chatId: string): number {
    const row = this.#sql.one<{ count: number }>(
      'SELECT count(*) AS count FROM chat_messages WHERE chat_id = ? AND deleted = 1',
      chatId,
    );
    return row?.count ?? 0;
  }

  /** The id of the newest finished message of the agent; 0 for none. */
  newestAnswerId(chatId: string): number {
    const row = this.#sql.one<{ id: number }>(
      `SELECT id FROM chat_messages WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND role = 'assistant'
       ORDER BY id DESC LIMIT 1`,
      chatId,
    );
    return row?.id ?? 0;
  }

  /** The head first. */
  queue(chatId: string): readonly ChatQueueRow[] {
    return this.#sql.all('SELECT * FROM chat_queue WHERE chat_id = ? ORDER BY position, id', chatId);
  }

  /** Adds a message to the tail. Returns its id. */
  enqueue({ content, ...row }: NewQueueRow): number {
    return this.repository.inTransaction(() => {
      this.#sql.run(
        `INSERT INTO chat_queue (chat_id, position, content, model, effort, plan_mode, created_at)
         SELECT ?, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ? FROM chat_queue WHERE chat_id = ?`,
        row.chat_id,
        JSON.stringify(content),
        row.model,
        row.effort,
        row.plan_mode,
        row.created_at,
        row.chat_id,
      );
      this.updateChat(row.chat_id, { had_queue: 1 });
      const added = this.#sql.one<{ id: number }>('SELECT max(id) AS id FROM chat_queue');
      return added?.id ?? 0;
    });
  }

  updateQueued(
    chatId: string,
    id: number,
    changes: Partial<Pick<ChatQueueRow, 'content' | 'editing_since' | 'model' | 'effort'>>,
  ): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const set = names.map((name) => `${name} = ?`).join(', ');
    this.#write(
      chatId,
      `UPDATE chat_queue SET ${set} WHERE id = ?`,
      ...(Object.values(changes) as SQLInputValue[]),
      id,
    );
  }

  /** Makes a queued message the head. */
  moveToHead(chatId: string, id: number): void {
    this.#write(
      chatId,
      `UPDATE chat_queue SET position = (SELECT min(position) - 1 FROM chat_queue WHERE chat_id = ?) WHERE id = ?`,
      chatId,
      id,
    );
  }

  deleteQueued(chatId: string, id: number): void {
    this.#write(chatId, 'DELETE FROM chat_queue WHERE id = ?', id);
  }

  clearQueue(chatId: string): void {
    this.#write(chatId, 'DELETE FROM chat_queue WHERE chat_id = ?', chatId);
  }

  addPermission(row: Omit<ChatPermissionRow, 'outcome'>): void {
    this.#write(
      row.chat_id,
      'INSERT INTO chat_permissions (id, chat_id, message_id, request, created_at) VALUES (?, ?, ?, ?, ?)',
      row.id,
      row.chat_id,
      row.message_id,
      row.request,
      row.created_at,
    );
  }

  permission(id: string): ChatPermissionRow | null {
    return this.#sql.one('SELECT * FROM chat_permissions WHERE id = ?', id);
  }

  /** Requests without an answer, oldest first. */
  openPermissions(chatId: string): readonly ChatPermissionRow[] {
    return this.#sql.all(
      'SELECT * FROM chat_permissions WHERE chat_id = ? AND outcome IS NULL ORDER BY rowid',
      chatId,
    );
  }

  /** Stores an answer. Returns false if the request has one already, or does not exist. */
  settlePermission(id: string, outcome: unknown): boolean {
    return this.repository.inTransaction(() => {
      const row = this.permission(id);
      if (row === null || row.outcome !== null) return false;
      this.#write(
        row.chat_id,
        'UPDATE chat_permissions SET outcome = ? WHERE id = ?',
        JSON.stringify(outcome),
        id,
      );
      return true;
    });
  }

  addFile(file: ChatFileRow): void {
    this.repository.inTransaction(() =>
      this.#sql.run(
        'INSERT INTO chat_files (id, name, media_type, bytes, created_at) VALUES (?, ?, ?, ?, ?)',
        file.id,
        file.name,
        file.media_type,
        file.bytes,
        file.created_at,
      ),
    );
  }

  file(id: string): ChatFileRow | null {
    return this.#sql.one('SELECT * FROM chat_files WHERE id = ?', id.toLowerCase());
  }

  /** The media type of a file; null if there is no such file. */
  fileType(id: string): string | null {
    const row = this.#sql.one<{ media_type: string }>(
      'SELECT media_type FROM chat_files WHERE id = ?',
      id.toLowerCase(),
    );
    return row?.media_type ?? null;
  }

  linkFile(chatId: string, fileId: string): void {
    this.#write(chatId, 'INSERT OR IGNORE INTO chat_file_links VALUES (?, ?)', chatId, fileId);
  }

  /** The files of a chat's messages, without their bytes. */
  filesOf(chatId: string): readonly Omit<ChatFileRow, 'bytes'>[] {
    return this.#sql.all(
      `SELECT id, name, media_type, created_at FROM chat_files
       WHERE id IN (SELECT file_id FROM chat_file_links WHERE chat_id = ?) ORDER BY created_at, id`,
      chatId,
    );
  }

  /** The choices that an agent's last session offered; null before its first one. */
  offer(agent: string): AgentOffer | null {
    const row = this.#sql.one<{ offer: string }>('SELECT offer FROM agent_offers WHERE agent = ?', agent);
    return row === null ? null : JSON.parse(row.offer);
  }

  putOffer(agent: string, offer: AgentOffer, now: number): void {
    this.repository.inTransaction(() =>
      this.#sql.run(
        'INSERT OR REPLACE INTO agent_offers VALUES (?, ?, ?)',
        agent,
        JSON.stringify(offer),
        now,
      ),
    );
  }

  #nextVersion(chatId: string): number {
    this.#sql.run('UPDATE chats SET history_version = history_version + 1 WHERE id = ?', chatId);
    return this.chat(chatId)?.history_version ?? 0;
  }

  #write(chatId: string, text: string, ...values: readonly SQLInputValue[]): void {
    this.repository.inTransaction(() => {
      this.#sql.run(text, ...values);
      this.#changed(chatId, 'changed');
    });
  }

  /** Reports a change after the COMMIT, with other changes of the same chat. */
  #changed(chatId: string, kind: ChatChange['kind']): void {
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
    for (const listener of [...this.#listeners]) listener(change);
  }
}
