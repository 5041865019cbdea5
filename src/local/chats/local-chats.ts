import type { Clock } from '../../domain/ports/clock.ts';
import type { AcpAgent, KnownAgent } from '../agents/acp-agent.ts';
import type { ChatChange, ChatRepository } from './chat-repository.ts';
import type {
  ChatStage,
  EditRequest,
  EditResult,
  GrowingMessage,
  LivePart,
  MessagePage,
  NewChat,
  PageRequest,
  QueuedChange,
  SendRequest,
  SendResult,
  SettingsChange,
  ToolResult,
  UploadedFile,
} from './chat-requests.ts';
import type { ChatRow } from './chat-row-types.ts';
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

  send(_id: string, _request: SendRequest): SendResult {
    return notYet();
  }

  editMessage(_id: string, _messageId: number, _request: EditRequest): EditResult {
    return notYet();
  }

  promote(_id: string, _queueId: number): void {
    notYet();
  }

  deleteQueued(_id: string, _queueId: number): void {
    notYet();
  }

  editQueued(_id: string, _queueId: number, _change: QueuedChange): void {
    notYet();
  }

  /** Answers all open permission requests `cancelled`, and ends the turn. Returns the chat after it. */
  interrupt(_id: string): ChatRow {
    return notYet();
  }

  /** Answers open permission requests, all or none. Throws a 409 with the outcome of one that is not open. */
  toolResults(_id: string, _results: readonly ToolResult[]): void {
    notYet();
  }

  /** `environment` is that of an unarchiving client; null or absent keeps the stored one. */
  archive(_id: string, _archived: boolean, _environment?: Readonly<Record<string, string>> | null): void {
    notYet();
  }

  rename(_id: string, _title: string): void {
    notYet();
  }

  setLabels(_id: string, _labels: Readonly<Record<string, string>>): void {
    notYet();
  }

  /** 0 unpins. Above 0 appends an unpinned chat, or moves a pinned one to this place. */
  pin(_id: string, _order: number): void {
    notYet();
  }

  configure(_id: string, _change: SettingsChange): void {
    notYet();
  }

  /** Sets the directory of the next turn. Throws a 409 while a turn runs. */
  moveTo(_id: string, _directory: string): void {
    notYet();
  }

  /** Moves the read cursor to the last finished answer, or right before it. Writes only a change. */
  markRead(_id: string, _read: boolean): void {
    notYet();
  }

  /** Whether a finished answer is above the read cursor. */
  isUnread(_chat: ChatRow): boolean {
    return notYet();
  }

  /** Deletes an archived chat. Resolves when its processes have ended and its rows are gone. Throws a 409. */
  async remove(_id: string, _signal: AbortSignal): Promise<void> {
    notYet();
  }

  /** The growing message has the text that is not stored yet. */
  messages(_id: string, _page: PageRequest): MessagePage {
    return notYet();
  }

  /** The texts of the user's messages, newest first. */
  prompts(_id: string, _limit: number): readonly { readonly id: number; readonly text: string }[] {
    return notYet();
  }

  /** Stores a file for later messages. Throws 400, 413 and 415. Returns its id. */
  addFile(_file: UploadedFile): string {
    return notYet();
  }

  /** Null if no turn has added to the message yet. */
  growing(_id: string): GrowingMessage | null {
    return notYet();
  }

  /** Calls `listener` with each part that comes after those of `growing`. Returns how to stop that. */
  onPart(_listener: (chatId: string, part: LivePart) => void): () => void {
    return notYet();
  }

  stageOf(_id: string): ChatStage | null {
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
