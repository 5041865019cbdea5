import { join } from 'node:path';
import type { SQLInputValue } from 'node:sqlite';
import type { Repository } from '../database/repository.ts';
import type { StatementCache } from '../database/statement-cache.ts';

/** `planned`: the first turn makes it. `removed`: the next turn makes it again from its branch. */
type WorktreeState = 'planned' | 'made' | 'removed';

/** A row of `worktrees`. Paths are absolute. */
export interface WorktreeRow {
  readonly chat_id: string;
  /** The working tree that it was made from. */
  readonly repository: string;
  /** The git directory that all working trees of the repository share. */
  readonly git_directory: string;
  readonly path: string;
  /** Below `path`, the directory of the agent; empty for `path` itself. */
  readonly subdirectory: string;
  readonly branch: string;
  /** 1 from right before taskdeck makes the branch. */
  readonly owns_branch: number;
  /** The branch, tag or remote branch that it came from; a commit id where there was none. */
  readonly base: string;
  /** Full id. */
  readonly base_commit: string;
  readonly state: WorktreeState;
  /** 1 once its set-up has run, or was refused. */
  readonly set_up: number;
  /** Unix time in ms. */
  readonly created_at: number;
}

/** A worktree for a chat that does not exist yet. */
export type PlannedWorktree = Pick<
  WorktreeRow,
  'repository' | 'git_directory' | 'path' | 'subdirectory' | 'branch' | 'base' | 'base_commit'
>;

/** The directory of the agent in a worktree. */
export const directoryIn = ({ path, subdirectory }: Pick<WorktreeRow, 'path' | 'subdirectory'>): string =>
  join(path, subdirectory);

export type WorktreeChanges = Partial<Pick<WorktreeRow, 'branch' | 'owns_branch' | 'state' | 'set_up'>>;

/**
 * The tables of worktrees and of allowed set-up scripts. Each call is one transaction, on disk when the call returns;
 * several join in `Repository.inTransaction`.
 */
export class WorktreeTable {
  readonly #repository: Repository;
  readonly #sql: StatementCache;
  readonly #onChange: (chatId: string) => void;

  /** `onChange` is called in the transaction of each change of a row. */
  constructor(repository: Repository, sql: StatementCache, onChange: (chatId: string) => void) {
    this.#repository = repository;
    this.#sql = sql;
    this.#onChange = onChange;
  }

  /** Null for a chat without a worktree. */
  of(chatId: string): WorktreeRow | null {
    return this.#sql.one('SELECT * FROM worktrees WHERE chat_id = ?', chatId.toLowerCase());
  }

  /** Also those of deleted chats. Oldest first. */
  all(): readonly WorktreeRow[] {
    return this.#sql.all('SELECT * FROM worktrees ORDER BY created_at, chat_id');
  }

  add(chatId: string, planned: PlannedWorktree, now: number): void {
    this.#write(
      chatId,
      `INSERT INTO worktrees (chat_id, repository, git_directory, path, subdirectory, branch, base, base_commit,
         state, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?)`,
      chatId,
      planned.repository,
      planned.git_directory,
      planned.path,
      planned.subdirectory,
      planned.branch,
      planned.base,
      planned.base_commit,
      now,
    );
  }

  update(chatId: string, changes: WorktreeChanges): void {
    const names = Object.keys(changes);
    if (names.length === 0) return;
    const set = names.map((name) => `${name} = ?`).join(', ');
    const values: SQLInputValue[] = Object.values(changes);
    this.#write(chatId, `UPDATE worktrees SET ${set} WHERE chat_id = ?`, ...values, chatId);
  }

  delete(chatId: string): void {
    this.#write(chatId, 'DELETE FROM worktrees WHERE chat_id = ?', chatId);
  }

  /** Whether the user allowed a set-up script with this content. `gitDirectory`: as in a row. */
  allowsSetUp(gitDirectory: string, sha256: string): boolean {
    const found = this.#sql.one(
      'SELECT 1 FROM allowed_set_ups WHERE repository = ? AND sha256 = ?',
      gitDirectory,
      sha256,
    );
    return found !== null;
  }

  allowSetUp(gitDirectory: string, sha256: string): void {
    this.#repository.inTransaction(() =>
      this.#sql.run('INSERT OR IGNORE INTO allowed_set_ups VALUES (?, ?)', gitDirectory, sha256),
    );
  }

  #write(chatId: string, text: string, ...values: readonly SQLInputValue[]): void {
    this.#repository.inTransaction(() => {
      this.#sql.run(text, ...values);
      this.#onChange(chatId);
    });
  }
}
