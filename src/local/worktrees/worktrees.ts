import { existsSync } from 'node:fs';
import type { WireWorktree } from '../../wire/local-extension.ts';
import type { DiffStatus } from '../chats/wire-chat.ts';
import type { ChosenBase } from '../git/base-branch.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { WorktreeCreation } from './worktree-creation.ts';
import { isInside } from './worktree-list.ts';
import { WorktreePreparation } from './worktree-preparation.ts';
import { directoryIn, type WorktreeRow } from './worktree-table.ts';

/** The git worktrees of chats. The server makes one object. */
export class Worktrees {
  readonly creation: WorktreeCreation;
  /** For the turns of chats. */
  readonly preparation: WorktreePreparation;
  readonly #context: WorktreeContext;

  constructor(context: WorktreeContext) {
    this.#context = context;
    this.creation = new WorktreeCreation(context);
    this.preparation = new WorktreePreparation(context);
    context.chats.onChange(({ chatId, kind }) => {
      if (kind === 'deleted') this.#forget(chatId);
    });
  }

  /** The worktree of a chat on the wire, with the last known numbers; null for none. Never waits for git. */
  wireOf(chatId: string): WireWorktree | null {
    const row = this.#context.chats.worktrees.of(chatId);
    return row === null ? null : wireWorktreeOf(row, this.#context.changesOf(directoryIn(row)));
  }

  /** Whether the changes in the directory of a chat can be read: its worktree is made, or it has none. */
  isReadable(chatId: string): boolean {
    const row = this.#context.chats.worktrees.of(chatId);
    return row === null || row.state === 'made';
  }

  /** The base of the worktree that holds a directory; null if no worktree of taskdeck does. */
  baseOf(directory: string): ChosenBase | null {
    const rows = this.#context.chats.worktrees.all();
    return rows.find(({ path: root, state }) => state === 'made' && isInside(directory, root)) ?? null;
  }

  /** The row of a deleted chat stays while its worktree exists. */
  #forget(chatId: string): void {
    const { worktrees } = this.#context.chats;
    try {
      const row = worktrees.of(chatId);
      if (row !== null && !existsSync(row.path)) worktrees.delete(chatId);
    } catch (error) {
      console.error(`The worktree of chat ${chatId}:`, error);
    }
  }
}

function wireWorktreeOf(row: WorktreeRow, changes: DiffStatus | null): WireWorktree {
  const { path: root, repository, branch, base, state } = row;
  const { ahead = 0, behind = 0, dirty = 0, untracked = 0 } = state === 'made' ? (changes ?? {}) : {};
  // Agents switch and rename branches.
  const current = state === 'made' ? changes?.branch : '';
  return { path: root, repository, branch: current || branch, base, state, ahead, behind, dirty, untracked };
}
