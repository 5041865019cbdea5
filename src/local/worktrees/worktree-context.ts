import type { WorktreeSettings } from '../../config/worktree-settings.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { ChatRepository } from '../chats/chat-repository.ts';
import type { ChatRow } from '../chats/chat-row-types.ts';
import type { DiffStatus } from '../chats/wire-chat.ts';
import type { OwnedProcesses } from '../processes/owned-processes.ts';

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
  /** The environment of git for a chat that does not exist yet, and sends none. */
  readonly serverEnvironment: NodeJS.ProcessEnv;
  /** The environment of processes that belong to a chat, with its tag. */
  readonly processEnvironment: (chat: ChatRow) => NodeJS.ProcessEnv;
  readonly processes: OwnedProcesses;
  /** An existing private directory for named pipes. */
  readonly pipeDirectory: string;
  /** The last known changes of a directory; null if unknown. */
  readonly changesOf: (directory: string) => DiffStatus | null;
}
