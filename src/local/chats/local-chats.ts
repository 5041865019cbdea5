import type { Clock } from '../../domain/ports/clock.ts';
import type { AcpAgent, KnownAgent } from '../agents/acp-agent.ts';
import { SerialWriter } from '../database/serial-writer.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { isBusy, requireChat } from './chat-context.ts';
import { addFile } from './chat-files.ts';
import { ChatMachine } from './chat-machine.ts';
import type { ChatPreparation } from './chat-preparation.ts';
import * as properties from './chat-properties.ts';
import { endCutOffTurns } from './chat-recovery.ts';
import type { ChatRepository } from './chat-repository.ts';
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
import type { ChatChange } from './chat-table.ts';
import { type CreatedChat, createChat } from './create-chat.ts';
import { GrowingMessages } from './growing-messages.ts';
import * as operations from './message-operations.ts';
import { messagePage, promptsOf } from './message-page.ts';
import { answerPermissions } from './permission-answers.ts';
import { requirePromptable } from './prompt-parts.ts';
import type { ChatRuntime, SessionListener } from './session.ts';
import { lateListener, SessionRecorder } from './session-recorder.ts';
import { notInstalledMessage, TurnStarter } from './turn-starter.ts';

type Environment = Readonly<Record<string, string>>;

export interface LocalChatsOptions {
  readonly chats: ChatRepository;
  readonly clock: Clock;
  /** The agents of the table and of the config file, installed or not; called often. */
  readonly agents: () => readonly KnownAgent[];
  /** The environment of an agent's processes. */
  readonly environment: (chat: ChatRow, agent: AcpAgent) => NodeJS.ProcessEnv;
  readonly runtime: (listener: SessionListener) => ChatRuntime;
  /** Makes the directories of chats ready. */
  readonly preparation: ChatPreparation;
  /** Time between SIGTERM and SIGKILL when a chat is archived or deleted, ms. */
  readonly graceMs: number;
  /** Removes the directories of a deleted chat. */
  readonly removeDirectories: (chatId: string) => void;
}

/**
 * Implements the operations of the Chats API for the agents of this machine. Each operation is one transaction; its
 * effects on agents follow the COMMIT. Throws ErrorResponses.
 */
export class LocalChats {
  readonly chats: ChatRepository;
  readonly #setup: LocalChatsOptions;
  readonly #context: operations.MessageContext;
  readonly #recorder: SessionRecorder;
  readonly #writer: SerialWriter;
  readonly #shutdown = new AbortController();
  readonly #stageListeners = new Set<(change: ChatChange) => void>();

  constructor(setup: LocalChatsOptions) {
    const { chats, clock } = setup;
    this.#setup = setup;
    this.chats = chats;
    this.#writer = new SerialWriter({ repository: chats.repository, clock }, this.#shutdown.signal);
    const growing = new GrowingMessages(chats, clock, this.#writer);
    // The recorder needs the starter, and this the recorder.
    const listener = lateListener(() => this.#recorder);
    const starter = new TurnStarter({
      ...setup,
      listener,
      runtime: setup.runtime(listener),
      onNotStarted: (chatId, end) => this.#recorder.endTurn(chatId, end),
    });
    const machine = new ChatMachine({ chats, growing, starter, clock });
    this.#context = { chats, growing, starter, clock, machine };
    this.#recorder = new SessionRecorder({
      ...this.#context,
      writer: this.#writer,
      isServerClosing: () => this.#shutdown.signal.aborted,
      onStage: (chatId) => this.#reportStage(chatId),
    });
  }

  get agents(): readonly KnownAgent[] {
    return this.#setup.agents();
  }

  /** Throws a 404. */
  chat(id: string): ChatRow {
    return requireChat(this.chats, id);
  }

  create(request: NewChat): CreatedChat {
    const agent = this.#requireAgent(request.agent);
    if (request.planMode) properties.requirePlanMode(agent);
    requirePromptable(request.content, request.agent, this.chats);
    return this.chats.repository.inTransaction(() => createChat(this.#context, request));
  }

  send(id: string, { environment, ...request }: SendRequest): SendResult {
    return this.#change(id, (chat) => {
      this.#requireUsable(chat, request);
      this.#putEnvironment(id, environment ?? null);
      return operations.send(this.#context, chat, request);
    });
  }

  /** Replaces a message under a new id, deletes all later ones and the queue, and starts a turn in a new session. */
  editMessage(id: string, messageId: number, request: EditRequest): EditResult {
    return this.#change(id, (chat) => {
      this.#requireUsable(chat, request);
      this.chats.repository.afterCommit(() => this.#recorder.forget(id));
      return operations.editMessage(this.#context, chat, messageId, request);
    });
  }

  /** Makes a queued message the head. It runs at once, or next when a turn runs. */
  promote(id: string, queueId: number): void {
    this.#change(id, (chat) => operations.promote(this.#context, chat, queueId));
  }

  deleteQueued(id: string, queueId: number): void {
    this.#change(id, (chat) => operations.deleteQueued(this.#context, chat, queueId));
  }

  /** Changes a queued message. While the head is being edited, the end of a turn pauses the chat. */
  editQueued(id: string, queueId: number, change: QueuedChange): void {
    this.#change(id, (chat) => {
      if (change.content !== undefined) requirePromptable(change.content, chat.agent, this.chats);
      operations.editQueued(this.#context, chat, queueId, change);
    });
  }

  /** Answers all open permission requests `cancelled`, and ends the turn. Returns the chat after it. */
  interrupt(id: string): ChatRow {
    return this.#change(id, (chat) => {
      if (chat.archived === 1) throw new ErrorResponse(400, 'Cannot interrupt an archived chat.');
      if (!isBusy(chat)) throw new ErrorResponse(409, 'Chat is not in an interruptible state.');
      this.#context.machine.interrupt(chat);
      return this.chat(id);
    });
  }

  /** Answers open permission requests, all or none. Throws a 409 with the outcome of one that is not open. */
  toolResults(id: string, results: readonly ToolResult[]): void {
    this.#change(id, (chat) => answerPermissions(this.#context, chat, results));
  }

  /** `environment` is that of an unarchiving client; null or absent keeps the stored one. */
  archive(id: string, archived: boolean, environment?: Environment | null): void {
    this.#change(id, (chat) => {
      properties.setArchived(this.#context, chat, archived);
      if (archived) this.chats.repository.afterCommit(() => this.#context.starter.closeInBackground(id));
      else this.#putEnvironment(id, environment ?? null);
    });
  }

  rename(id: string, title: string): void {
    this.#change(id, (chat) => properties.setTitle(this.#context, chat, title));
  }

  setLabels(id: string, labels: Readonly<Record<string, string>>): void {
    this.#change(id, () => this.chats.updateChat(id, { labels: JSON.stringify(labels) }));
  }

  /** 0 unpins. Above 0 appends an unpinned chat, or moves a pinned one to this place. */
  pin(id: string, order: number): void {
    this.#change(id, (chat) => properties.setPinOrder(this.#context, chat, order));
  }

  configure(id: string, change: SettingsChange): void {
    this.#change(id, (chat) => {
      if (change.planMode === true) properties.requirePlanMode(this.#requireAgent(chat.agent));
      properties.setSettings(this.#context, chat, change);
    });
  }

  /** Sets the directory of the next turn. Throws a 409 while a turn runs. */
  moveTo(id: string, directory: string): void {
    this.#change(id, (chat) => properties.setDirectory(this.#context, chat, directory));
  }

  /** Moves the read cursor to the last finished answer, or right before it. Writes only a change. */
  markRead(id: string, read: boolean): void {
    this.#change(id, (chat) => properties.setRead(this.#context, chat, read));
  }

  /** Whether a finished answer is above the read cursor. */
  isUnread(chat: ChatRow): boolean {
    return this.chats.newestAnswerId(chat.id) > chat.read_cursor;
  }

  /** Deletes an archived chat. Resolves when its processes have ended and its rows are gone. Throws a 409. */
  async remove(id: string, signal: AbortSignal): Promise<void> {
    properties.requireArchived(this.chat(id));
    await this.#context.starter.closeOrRefuse(id, signal);
    this.chats.repository.inTransaction(() => {
      // Meanwhile another request may have deleted it, or unarchived it.
      if (this.chats.chat(id) === null) return;
      properties.requireArchived(this.chat(id));
      this.chats.deleteChat(id);
      this.chats.repository.afterCommit(() => {
        this.#recorder.forget(id);
        this.#setup.removeDirectories(id);
      });
    });
  }

  /**
   * Runs work that needs a resting chat: a turn that starts meanwhile begins after it. `close` ends the processes of the
   * agent. Throws a 409 while a turn runs, and while other such work runs.
   */
  whileResting<Result>(
    id: string,
    work: (close: (signal: AbortSignal) => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    const { starter } = this.#context;
    if (this.isWorking(this.chat(id))) throw new ErrorResponse(409, 'A turn of the chat is running.');
    if (starter.isHeld(id)) throw new ErrorResponse(409, 'Another action of the chat is running.');
    return starter.hold(id, () => work((signal) => starter.closeOrRefuse(id, signal)));
  }

  /** Whether a turn of the chat is not over, or its agent works outside of one. */
  isWorking(chat: ChatRow): boolean {
    return isBusy(chat) || this.#context.growing.get(chat.id) !== null;
  }

  /** The growing message has the parts that are not stored yet. */
  messages(id: string, page: PageRequest): MessagePage {
    return messagePage(this.#context, this.chat(id).id, page);
  }

  /** The texts of the user's messages, newest first. */
  prompts(id: string, limit: number): readonly { readonly id: number; readonly text: string }[] {
    return promptsOf(this.chats, this.chat(id).id, limit);
  }

  /** Stores a file for later messages. Throws 400 and 413. Returns its id. */
  addFile(file: UploadedFile): string {
    return addFile(this.chats, this.#setup.clock, file);
  }

  /** Null if no turn has added to the message yet. */
  growing(id: string): GrowingMessage | null {
    return this.#context.growing.live(id);
  }

  /** Calls `listener` with each part that comes after those of `growing`. Returns how to stop that. */
  onPart(listener: (chatId: string, part: LivePart) => void): () => void {
    return this.#context.growing.onPart(listener);
  }

  stageOf(id: string): ChatStage | null {
    return this.#recorder.stageOf(id);
  }

  /** Calls `listener` after each COMMIT that changed a chat, and when its stage changes. Returns how to stop that. */
  onChange(listener: (change: ChatChange) => void): () => void {
    const stop = this.chats.onChange(listener);
    this.#stageListeners.add(listener);
    return () => {
      stop();
      this.#stageListeners.delete(listener);
    };
  }

  /** True if no agent works. */
  get isIdle(): boolean {
    return this.#context.growing.size === 0 && this.#context.starter.closingCount === 0;
  }

  /** Ends all turns and their processes at the server's end. Never rejects. Failed writes are not retried. */
  async close(graceMs: number): Promise<void> {
    this.#shutdown.abort();
    this.#recorder.stop();
    await this.#context.starter.closeAll(graceMs);
    this.#context.growing.flush();
    this.#writer.write(() => endCutOffTurns(this.chats, this.#setup.clock.wall()));
    await this.#writer.settled();
  }

  #change<Result>(id: string, change: (chat: ChatRow) => Result): Result {
    return this.chats.repository.inTransaction(() => {
      const chat = this.chat(id);
      // Work outside of a turn began, and its status is not stored yet.
      if (this.#context.growing.get(chat.id) === null || isBusy(chat)) return change(chat);
      this.chats.updateChat(chat.id, { status: 'running' });
      return change(this.chat(id));
    });
  }

  #putEnvironment(id: string, environment: Environment | null): void {
    if (environment !== null) this.chats.repository.putEnvironment(id, environment);
  }

  #requireAgent(name: string): AcpAgent {
    const known = this.agents.find(({ agent }) => agent.name === name);
    if (known === undefined) throw new ErrorResponse(400, `Unknown agent ${JSON.stringify(name)}.`);
    if (!known.isInstalled) throw new ErrorResponse(400, notInstalledMessage(known));
    return known.agent;
  }

  /** Throws a 400 for a message that the agent of the chat cannot run. */
  #requireUsable(chat: ChatRow, { content, planMode }: EditRequest): void {
    if (planMode === true) properties.requirePlanMode(this.#requireAgent(chat.agent));
    requirePromptable(content, chat.agent, this.chats);
  }

  #reportStage(chatId: string): void {
    for (const listener of [...this.#stageListeners]) listener({ chatId, kind: 'changed' });
  }
}
