import type { Clock } from '../../domain/ports/clock.ts';
import type { AcpAgent, KnownAgent } from '../agents/acp-agent.ts';
import type { ChatChange, ChatRepository } from './chat-repository.ts';
import type {
  ChatStage,
  ChatUpdate,
  EditResult,
  LiveTurn,
  MessagePage,
  NewChat,
  PageRequest,
  QueuedChange,
  SendRequest,
  SendResult,
  ToolResult,
  UploadedFile,
} from './chat-requests.ts';
import type { ChatFileRow, ChatRow, WirePart } from './chat-row-types.ts';
import type { ChatRuntime, SessionListener } from './session.ts';

export interface LocalChatsOptions {
  readonly chats: ChatRepository;
  readonly clock: Clock;
  /** The agents of the table and of the config file, installed or not; called often. */
  readonly agents: () => readonly KnownAgent[];
  /** The environment of an agent's processes. */
  readonly environment: (chat: ChatRow, agent: AcpAgent) => NodeJS.ProcessEnv;
  readonly runtime: (listener: SessionListener) => ChatRuntime;
  /** Time between SIGTERM and SIGKILL when a chat is archived or deleted, ms. */
  readonly graceMs: number;
}

const notYet = (): never => {
  throw new Error('Chats are not implemented.');
};

/**
 * Implements the operations of the Chats API for the agents of this machine. Each operation is one transaction; its
 * effects on agents follow the COMMIT. Throws ErrorResponses.
 */
export class LocalChats {
  readonly chats: ChatRepository;
  readonly #setup: LocalChatsOptions;

  constructor(setup: LocalChatsOptions) {
    this.#setup = setup;
    this.chats = setup.chats;
  }

  get agents(): readonly KnownAgent[] {
    return this.#setup.agents();
  }

  /** Throws a 404. */
  chat(_id: string): ChatRow {
    return notYet();
  }

  create(_request: NewChat): { readonly chat: ChatRow; readonly warnings: readonly string[] } {
    return notYet();
  }

  send(_chat: ChatRow, _request: SendRequest): SendResult {
    return notYet();
  }

  editMessage(_chat: ChatRow, _messageId: number, _request: Omit<SendRequest, 'busyBehavior'>): EditResult {
    return notYet();
  }

  promote(_chat: ChatRow, _queueId: number): void {
    notYet();
  }

  deleteQueued(_chat: ChatRow, _queueId: number): void {
    notYet();
  }

  editQueued(_chat: ChatRow, _queueId: number, _change: QueuedChange): void {
    notYet();
  }

  /** Answers all open permission requests `cancelled`, and ends the turn. Returns the chat after it. */
  interrupt(_chat: ChatRow): ChatRow {
    return notYet();
  }

  /** Answers open permission requests, all or none. Throws a 409 with the outcome of one that is not open. */
  answer(_chat: ChatRow, _results: readonly ToolResult[]): void {
    notYet();
  }

  update(_chat: ChatRow, _change: ChatUpdate): void {
    notYet();
  }

  /** Moves the read cursor to the last finished answer: for streams that begin or end. */
  markRead(_chatId: string): void {
    notYet();
  }

  /** Whether a finished answer is above the read cursor. */
  isUnread(_chat: ChatRow): boolean {
    return notYet();
  }

  /** Deletes an archived chat. Resolves when its processes have ended and its rows are gone. Throws a 409. */
  async remove(_chat: ChatRow, _signal: AbortSignal): Promise<void> {
    notYet();
  }

  /** With the text of the growing message that is not stored yet. */
  messages(_chat: ChatRow, _page: PageRequest): MessagePage {
    return notYet();
  }

  /** The texts of the user's messages, newest first. */
  prompts(_chat: ChatRow, _limit: number): readonly { readonly id: number; readonly text: string }[] {
    return notYet();
  }

  /** Stores a file for later messages. Throws 400, 413 and 415. Returns its id. */
  addFile(_file: UploadedFile): string {
    return notYet();
  }

  file(_id: string): ChatFileRow | null {
    return notYet();
  }

  /** The growing message of a chat; null if no turn has added to it. */
  live(_chatId: string): LiveTurn | null {
    return notYet();
  }

  /** Calls `listener` with each part of the growing message, after those of `live`. Returns how to stop that. */
  onPart(_chatId: string, _listener: (part: WirePart) => void): () => void {
    return notYet();
  }

  stageOf(_chatId: string): ChatStage | null {
    return notYet();
  }

  /** Calls `listener` after each COMMIT that changed a chat, and when its stage changes. Returns how to stop that. */
  onChange(_listener: (change: ChatChange) => void): () => void {
    return notYet();
  }

  /** True if no turn runs. */
  get isIdle(): boolean {
    return true;
  }

  /** Ends all turns and their processes at the server's end. Never rejects. */
  async close(_graceMs: number): Promise<void> {
    notYet();
  }
}
