import { existsSync } from 'node:fs';
import type { WireWorktree } from '../../wire/local-extension.ts';
import type { WorktreeContext } from './worktree-context.ts';
import { WorktreeCreation } from './worktree-creation.ts';
import { WorktreePreparation } from './worktree-preparation.ts';
import type { WorktreeRow } from './worktree-table.ts';

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
    return row === null ? null : wireWorktreeOf(row);
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

function wireWorktreeOf({ path, repository, branch, base, state }: WorktreeRow): WireWorktree {
  return { path, repository, branch, base, state, ahead: 0, behind: 0, dirty: 0, untracked: 0 };
}
