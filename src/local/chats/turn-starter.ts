import { neverAborted } from '../../platform/never-aborted.ts';
import type { AcpAgent, KnownAgent } from '../agents/acp-agent.ts';
import { unavailableReason } from '../agents/wire-models.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { ProcessesSurvived } from '../processes/end-processes.ts';
import { ProcessTableUnreadable } from '../processes/process-table.ts';
import { type ChatPreparation, ChatPreparations, type PreparationEnd } from './chat-preparation.ts';
import type { ChatRepository } from './chat-repository.ts';
import { type ChatRow, partsOf } from './chat-row-types.ts';
import { conversationText, promptOf } from './prompt-parts.ts';
import type {
  ChatError,
  ChatRuntime,
  ChatTurn,
  PermissionAnswer,
  SessionListener,
  SessionSettings,
  TurnEnd,
} from './session.ts';

export interface TurnStarterOptions {
  readonly chats: ChatRepository;
  readonly agents: () => readonly KnownAgent[];
  readonly environment: (chat: ChatRow, agent: AcpAgent) => NodeJS.ProcessEnv;
  readonly runtime: ChatRuntime;
  /** Time between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number;
  readonly preparation: ChatPreparation;
  /** Receives the reports of preparations. */
  readonly listener: SessionListener;
  /** Receives the end of a turn that never reached the runtime. */
  readonly onNotStarted: (chatId: string, end: TurnEnd) => void;
}

/** The settings of a chat for its sessions. */
const settingsOf = (chat: ChatRow): SessionSettings => ({
  permissionMode: chat.permission_mode,
  planMode: chat.plan_mode === 1,
  model: chat.model,
  effort: chat.effort,
});

/**
 * Hands the turns of chats to the runtime. A turn waits until the processes of its chat that are being closed have
 * ended, and until its directory is prepared. Call its methods after the COMMIT.
 */
export class TurnStarter {
  readonly #setup: TurnStarterOptions;
  readonly #preparations: ChatPreparations;
  readonly #closing = new Map<string, Promise<void>>();
  /** Chats whose turns must not begin yet. */
  readonly #held = new Set<string>();
  /** Turns that wait for the end of closing processes, or of what holds them. */
  readonly #waiting = new Set<string>();
  #isStopped = false;

  constructor(setup: TurnStarterOptions) {
    this.#setup = setup;
    this.#preparations = new ChatPreparations(setup.preparation, setup.listener);
  }

  /** Whether processes of the chat are being closed: reports about them belong to no turn. */
  isClosing(chatId: string): boolean {
    return this.#closing.has(chatId);
  }

  /** Chats whose processes are being closed, or whose turns are held. */
  get closingCount(): number {
    return this.#closing.size + this.#held.size;
  }

  /** Whether work holds the turns of the chat. */
  isHeld(chatId: string): boolean {
    return this.#held.has(chatId);
  }

  /** Starts the turn of the newest message of the user. */
  start(chatId: string): void {
    if (this.#closing.has(chatId) || this.#held.has(chatId)) this.#waiting.add(chatId);
    else this.#begin(chatId);
  }

  /** Runs work. A turn of the chat that starts meanwhile begins after it. Throws if other work holds the chat. */
  async hold<Result>(chatId: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#held.has(chatId)) throw new Error(`Chat ${chatId} is held already.`);
    this.#held.add(chatId);
    try {
      return await work();
    } finally {
      this.#held.delete(chatId);
      this.#beginWaiting(chatId);
    }
  }

  interrupt(chatId: string): void {
    if (this.#waiting.delete(chatId)) this.#setup.onNotStarted(chatId, CANCELLED);
    else if (this.#preparations.isRunning(chatId)) void this.#preparations.stop(chatId);
    else this.#setup.runtime.interrupt(chatId);
  }

  answer(chatId: string, answer: PermissionAnswer): void {
    if (!this.#preparations.answer(chatId, answer)) this.#setup.runtime.answer(chatId, answer);
  }

  configure(chat: ChatRow): void {
    this.#setup.runtime.configure(chat.id, settingsOf(chat));
  }

  /** Ends the processes of a chat. Rejects as `AgentRuntime.close`. */
  close(chatId: string, signal: AbortSignal = neverAborted): Promise<void> {
    const known = this.#closing.get(chatId);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // The runtime may report the end of the turn before it returns.
    this.#closing.set(chatId, promise);
    const { runtime, graceMs } = this.#setup;
    const end = (): Promise<void> => runtime.close(chatId, { reason: 'user', graceMs, signal });
    const isPreparing = this.#preparations.isRunning(chatId);
    (isPreparing ? this.#preparations.stop(chatId).then(end) : end()).then(
      () => {
        this.#closed(chatId, null);
        resolve();
      },
      (error: unknown) => {
        this.#closed(chatId, error);
        reject(error);
      },
    );
    return promise;
  }

  /** Ends the processes of a chat. Throws a 409 that names those that cannot be ended. */
  async closeOrRefuse(chatId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.close(chatId, signal);
    } catch (error) {
      if (!(error instanceof ProcessesSurvived || error instanceof ProcessTableUnreadable)) throw error;
      throw new ErrorResponse(409, 'Cannot end the processes of the chat.', error.message);
    }
  }

  /** Ends the processes of a chat, and logs an error. */
  closeInBackground(chatId: string): void {
    this.close(chatId).catch((error) => console.error(`The processes of chat ${chatId}:`, error));
  }

  /** Ends the processes of all chats at the server's end. Never rejects. */
  async closeAll(graceMs: number): Promise<void> {
    this.#isStopped = true;
    await this.#preparations.stopAll();
    await this.#setup.runtime.closeAll(graceMs);
    await Promise.allSettled(this.#closing.values());
  }

  #closed(chatId: string, error: unknown): void {
    this.#closing.delete(chatId);
    if (error === null) this.#beginWaiting(chatId);
    else if (this.#waiting.delete(chatId) && !this.#isStopped)
      this.#setup.onNotStarted(chatId, { kind: 'failed', error: startError(error) });
  }

  #beginWaiting(chatId: string): void {
    if (this.#closing.has(chatId) || this.#held.has(chatId)) return;
    if (this.#waiting.delete(chatId) && !this.#isStopped) this.#begin(chatId);
  }

  #begin(chatId: string): void {
    const chat = this.#setup.chats.chat(chatId);
    if (chat === null || this.#preparations.isReady(chat)) this.#run(chatId);
    else this.#preparations.start(chat, (end) => this.#prepared(chatId, end));
  }

  #prepared(chatId: string, end: PreparationEnd): void {
    // An edit of the message has begun another turn, which waits.
    if (this.#closing.has(chatId)) return;
    if (end === 'ready') return this.#run(chatId);
    const stopped: TurnEnd = this.#isStopped ? { kind: 'closed' } : CANCELLED;
    this.#setup.onNotStarted(
      chatId,
      end === 'stopped' ? stopped : { kind: 'failed', error: preparationError(end.error) },
    );
  }

  #run(chatId: string): void {
    let turn: ChatTurn;
    try {
      turn = this.#turnOf(chatId);
    } catch (error) {
      this.#setup.onNotStarted(chatId, { kind: 'failed', error: startError(error) });
      return;
    }
    this.#setup.runtime.begin(turn);
  }

  #turnOf(chatId: string): ChatTurn {
    const { chats, environment } = this.#setup;
    const chat = chats.chat(chatId);
    // A preparation has begun the answer already.
    const newest = chats.messages(chatId, { newestFirst: true, limit: 2 });
    const message = newest.find(({ role }) => role === 'user');
    if (chat === null || message === undefined) throw new Error('The chat has no message to answer.');
    const known = this.#setup.agents().find(({ agent }) => agent.name === chat.agent);
    if (known === undefined) {
      throw new Error(
        `The agent ${JSON.stringify(chat.agent)} is not in the table, and not in config.jsonc.`,
      );
    }
    if (!known.isInstalled) throw new Error(notInstalledMessage(known));
    const { agent } = known;
    return {
      chatId,
      agent,
      directory: chat.directory,
      env: environment(chat, agent),
      prompt: promptOf(partsOf(message), chats),
      // Read on demand: only a session that begins needs it.
      get earlier() {
        return conversationText(chats.messages(chatId, { before: message.id }));
      },
      session: chat.session === null ? null : JSON.parse(chat.session),
      settings: settingsOf(chat),
    };
  }
}

/** Says how to install the agent, where one command does. */
export const notInstalledMessage = (known: KnownAgent): string =>
  `${known.agent.displayName}: ${unavailableReason(known)}`;

const CANCELLED: TurnEnd = { kind: 'answered', stopReason: 'cancelled' };

const preparationError = (error: unknown): ChatError => ({
  message: 'The worktree of the chat is not ready.',
  detail: error instanceof Error ? error.message : String(error),
  kind: 'generic',
  retryable: true,
});

const startError = (error: unknown): ChatError => ({
  message: 'The agent could not be started.',
  detail: error instanceof Error ? error.message : String(error),
  kind: 'config',
  retryable: false,
});
