import type { WorktreeSettings } from '../../config/worktree-settings.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { WireWorktree } from '../../wire/local-extension.ts';
import type { ChatRepository } from '../chats/chat-repository.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';
import type { WorktreeRow } from './worktree-table.ts';

/** Shared by all that works on worktrees. The rows are in `chats.worktrees`. */
export interface WorktreeContext {
  readonly chats: ChatRepository;
  readonly clock: Clock;
  /** Absolute. */
  readonly stateDir: string;
  /** Called often. */
  readonly settings: () => WorktreeSettings;
  /** The environment of git for a chat: that of the user's shell. A deleted chat has that of the server. */
  readonly environment: (chatId: string) => NodeJS.ProcessEnv;
  readonly processes: OwnedProcesses;
}

/** The git worktrees of chats. The server makes one object. */
export class Worktrees {
  readonly #context: WorktreeContext;

  constructor(context: WorktreeContext) {
    this.#context = context;
  }

  /** The worktree of a chat on the wire, with the last known numbers; null for none. Never waits for git. */
  wireOf(chatId: string): WireWorktree | null {
    const row = this.#context.chats.worktrees.of(chatId);
    return row === null ? null : wireWorktreeOf(row);
  }
}

function wireWorktreeOf({ path, repository, branch, base, state }: WorktreeRow): WireWorktree {
  return { path, repository, branch, base, state, ahead: 0, behind: 0, dirty: 0, untracked: 0 };
}
