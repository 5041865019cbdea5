import type { Repository } from '../database/repository.ts';
import type { StatementCache } from '../database/statement-cache.ts';
import { WorktreeTable } from '../worktrees/worktree-table.ts';
import { ChatMessageTable } from './chat-message-table.ts';
import type { ChatFileRow, ChatPermissionRow } from './chat-row-types.ts';
import type { AgentOffer } from './session.ts';

/**
 * The tables of chats. Each call is one transaction, on disk when the call returns; several join in
 * `Repository.inTransaction`. Reports each changed chat once after the COMMIT.
 */
export class ChatRepository extends ChatMessageTable {
  readonly worktrees: WorktreeTable;

  constructor(repository: Repository, sql: StatementCache) {
    super(repository, sql);
    this.worktrees = new WorktreeTable(repository, sql, (chatId) => {
      // A row of a deleted chat concerns no client.
      if (this.chat(chatId) !== null) this.changed(chatId, 'changed');
    });
  }

  addPermission(row: Omit<ChatPermissionRow, 'outcome'>): void {
    this.write(
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
    return this.sql.one('SELECT * FROM chat_permissions WHERE id = ?', id);
  }

  /** Requests without an answer, oldest first. */
  openPermissions(chatId: string): readonly ChatPermissionRow[] {
    return this.sql.all(
      'SELECT * FROM chat_permissions WHERE chat_id = ? AND outcome IS NULL ORDER BY rowid',
      chatId,
    );
  }

  /** Stores an answer. Returns false if the request has one already, or does not exist. */
  settlePermission(id: string, outcome: unknown): boolean {
    return this.repository.inTransaction(() => {
      const row = this.permission(id);
      if (row === null || row.outcome !== null) return false;
      this.write(
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
      this.sql.run(
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
    return this.sql.one('SELECT * FROM chat_files WHERE id = ?', id.toLowerCase());
  }

  /** The media type of a file; null if there is no such file. */
  fileType(id: string): string | null {
    const row = this.sql.one<{ media_type: string }>(
      'SELECT media_type FROM chat_files WHERE id = ?',
      id.toLowerCase(),
    );
    return row?.media_type ?? null;
  }

  linkFile(chatId: string, fileId: string): void {
    this.write(chatId, 'INSERT OR IGNORE INTO chat_file_links VALUES (?, ?)', chatId, fileId);
  }

  /** The files of a chat's messages, without their bytes. */
  filesOf(chatId: string): readonly Omit<ChatFileRow, 'bytes'>[] {
    return this.sql.all(
      `SELECT id, name, media_type, created_at FROM chat_files
       WHERE id IN (SELECT file_id FROM chat_file_links WHERE chat_id = ?) ORDER BY created_at, id`,
      chatId,
    );
  }

  /** The choices that an agent's last session offered; null before its first one. */
  offer(agent: string): AgentOffer | null {
    const row = this.sql.one<{ offer: string }>('SELECT offer FROM agent_offers WHERE agent = ?', agent);
    return row === null ? null : JSON.parse(row.offer);
  }

  putOffer(agent: string, offer: AgentOffer, now: number): void {
    this.repository.inTransaction(() =>
      this.sql.run('INSERT OR REPLACE INTO agent_offers VALUES (?, ?, ?)', agent, JSON.stringify(offer), now),
    );
  }
}
