import type { SQLInputValue } from 'node:sqlite';
import {
  type ChatMessageRow,
  type ChatQueueRow,
  type ChatRow,
  partsOf,
  type WirePart,
} from './chat-row-types.ts';
import { ChatTable } from './chat-table.ts';

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

interface MessageQuery {
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
  readonly newestFirst?: boolean;
  /** Default: messages of all roles. */
  readonly role?: ChatMessageRow['role'];
}

/** Messages that a search holds at once. */
const SEARCH_PAGE = 20;

const textOf = (row: ChatMessageRow): string =>
  partsOf(row)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('\n');

/** The tables of the messages and the queues of chats. */
export class ChatMessageTable extends ChatTable {
  /** Whether each of the words, in lower case, is in the title or in a text of a message, in any case. */
  hasWords({ id, title }: Pick<ChatRow, 'id' | 'title'>, words: readonly string[]): boolean {
    const left = new Set(words.filter((word) => !title.toLowerCase().includes(word)));
    if (left.size === 0) return true;
    for (let after = 0; ; ) {
      const page = this.messages(id, { after, limit: SEARCH_PAGE });
      for (const row of page) {
        const text = textOf(row).toLowerCase();
        for (const word of left) if (text.includes(word)) left.delete(word);
        if (left.size === 0) return true;
      }
      const last = page.at(-1);
      if (last === undefined) return false;
      after = last.id;
    }
  }

  /** Adds a message and raises the version of the history. Returns the id of the message. */
  addMessage(chatId: string, message: NewMessage, now: number): number {
    return this.repository.inTransaction(() => {
      const version = this.#nextVersion(chatId);
      this.sql.run(
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
      this.changed(chatId, 'changed');
      const added = this.sql.one<{ id: number }>('SELECT last_insert_rowid() AS id');
      return added?.id ?? 0;
    });
  }

  /** Replaces the parts of a growing message, and the version of the history stays: its stream sends the parts. */
  putGrowingContent(chatId: string, id: number, content: readonly WirePart[]): void {
    this.repository.inTransaction(() =>
      this.sql.run(
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
      if (content.length === 0) this.sql.run('DELETE FROM chat_messages WHERE id = ?', id);
      else
        this.sql.run(
          'UPDATE chat_messages SET content = ?, usage = ?, growing = 0, version = ? WHERE id = ?',
          JSON.stringify(content),
          usage === null ? null : JSON.stringify(usage),
          version,
          id,
        );
      this.changed(chatId, 'changed');
    });
  }

  /** Marks a message and all later ones as deleted. Returns their ids. */
  deleteMessagesFrom(chatId: string, id: number): readonly number[] {
    return this.repository.inTransaction(() => {
      const ids = this.sql.all<{ id: number }>(
        'SELECT id FROM chat_messages WHERE chat_id = ? AND id >= ? AND deleted = 0 ORDER BY id',
        chatId,
        id,
      );
      const version = this.#nextVersion(chatId);
      this.sql.run(
        'UPDATE chat_messages SET deleted = 1, growing = 0, version = ? WHERE chat_id = ? AND id >= ?',
        version,
        chatId,
        id,
      );
      this.changed(chatId, 'changed');
      return ids.map((row) => row.id);
    });
  }

  /** Visible messages, oldest first, with ids between the bounds, which are excluded. `limit`: the oldest or newest. */
  messages(
    chatId: string,
    { after = 0, before = Number.MAX_SAFE_INTEGER, limit = -1, newestFirst = false, role }: MessageQuery = {},
  ): readonly ChatMessageRow[] {
    return this.sql.all(
      `SELECT * FROM chat_messages WHERE chat_id = ? AND deleted = 0 AND id > ? AND id < ?
         AND (? IS NULL OR role = ?)
       ORDER BY id ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
      chatId,
      after,
      before,
      role ?? null,
      role ?? null,
      limit,
    );
  }

  /** The ids of finished visible messages that were added or changed after a version of the history, oldest first. */
  idsSince(chatId: string, version: number): readonly number[] {
    const rows = this.sql.all<{ id: number }>(
      `SELECT id FROM chat_messages
       WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND version > ? ORDER BY id`,
      chatId,
      version,
    );
    return rows.map(({ id }) => id);
  }

  /** How many answers the agent has finished. */
  answerCount(chatId: string): number {
    const row = this.sql.one<{ count: number }>(
      `SELECT count(*) AS count FROM chat_messages
       WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND role = 'assistant'`,
      chatId,
    );
    return row?.count ?? 0;
  }

  message(chatId: string, id: number): ChatMessageRow | null {
    return this.sql.one(
      'SELECT * FROM chat_messages WHERE chat_id = ? AND id = ? AND deleted = 0',
      chatId,
      id,
    );
  }

  growingMessage(chatId: string): ChatMessageRow | null {
    return this.sql.one(
      'SELECT * FROM chat_messages WHERE chat_id = ? AND growing = 1 AND deleted = 0 ORDER BY id DESC LIMIT 1',
      chatId,
    );
  }

  /** How many messages were deleted by edits. */
  deletedCount(chatId: string): number {
    const row = this.sql.one<{ count: number }>(
      'SELECT count(*) AS count FROM chat_messages WHERE chat_id = ? AND deleted = 1',
      chatId,
    );
    return row?.count ?? 0;
  }

  /** The id of the newest finished message of the agent; 0 for none. */
  newestAnswerId(chatId: string): number {
    const row = this.sql.one<{ id: number }>(
      `SELECT id FROM chat_messages WHERE chat_id = ? AND deleted = 0 AND growing = 0 AND role = 'assistant'
       ORDER BY id DESC LIMIT 1`,
      chatId,
    );
    return row?.id ?? 0;
  }

  /** The head first. */
  queue(chatId: string): readonly ChatQueueRow[] {
    return this.sql.all('SELECT * FROM chat_queue WHERE chat_id = ? ORDER BY position, id', chatId);
  }

  /** Adds a message to the tail. Returns its id. */
  enqueue({ content, ...row }: NewQueueRow): number {
    return this.repository.inTransaction(() => {
      this.sql.run(
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
      const added = this.sql.one<{ id: number }>('SELECT max(id) AS id FROM chat_queue');
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
    this.write(
      chatId,
      `UPDATE chat_queue SET ${set} WHERE id = ?`,
      ...(Object.values(changes) as SQLInputValue[]),
      id,
    );
  }

  /** Makes a queued message the head. */
  moveToHead(chatId: string, id: number): void {
    this.write(
      chatId,
      `UPDATE chat_queue SET position = (SELECT min(position) - 1 FROM chat_queue WHERE chat_id = ?) WHERE id = ?`,
      chatId,
      id,
    );
  }

  deleteQueued(chatId: string, id: number): void {
    this.write(chatId, 'DELETE FROM chat_queue WHERE id = ?', id);
  }

  clearQueue(chatId: string): void {
    this.write(chatId, 'DELETE FROM chat_queue WHERE chat_id = ?', chatId);
  }

  #nextVersion(chatId: string): number {
    this.sql.run('UPDATE chats SET history_version = history_version + 1 WHERE id = ?', chatId);
    return this.chat(chatId)?.history_version ?? 0;
  }
}
