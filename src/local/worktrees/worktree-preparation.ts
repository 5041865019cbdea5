import { isDirectory } from '../../platform/is-directory.ts';
import type { ChatPreparation, PreparationReport } from '../chats/chat-preparation.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import { makeWorktree } from './make-worktree.ts';
import { runSetUp } from './run-set-up.ts';
import type { WorktreeContext } from './worktree-context.ts';
import type { WorktreeRow } from './worktree-table.ts';

/**
 * Makes the worktree of a chat before a turn that needs it, and sets it up. Each step stores what it has done, so that the
 * next turn goes on from what exists after a stop or a crash.
 */
export class WorktreePreparation implements ChatPreparation {
  readonly #context: WorktreeContext;

  constructor(context: WorktreeContext) {
    this.#context = context;
  }

  isReady({ id }: ChatRow): boolean {
    const row = this.#context.chats.worktrees.of(id);
    return row === null || (isMade(row) && row.set_up === 1);
  }

  async prepare(chat: ChatRow, report: PreparationReport, signal: AbortSignal): Promise<void> {
    const { chats, processes } = this.#context;
    processes.turnStarted(chat.id);
    try {
      const row = chats.worktrees.of(chat.id);
      if (row !== null && !isMade(row)) {
        report.stage({ name: 'Creating the worktree', isQueued: false });
        const remarks = await makeWorktree(chat, row, this.#context, signal);
        for (const text of remarks) report.update({ type: 'notice', text });
      }
      const made = chats.worktrees.of(chat.id);
      signal.throwIfAborted();
      if (made?.set_up === 0) {
        await runSetUp({ chat, row: made, context: this.#context, report, signal });
      }
    } finally {
      processes.turnEnded(chat.id);
    }
  }
}

/** Whether the agent can run in it. The user may have removed its directory. */
const isMade = (row: WorktreeRow): boolean => row.state === 'made' && isDirectory(row.path);
