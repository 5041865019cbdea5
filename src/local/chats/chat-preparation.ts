import type { ChatRow } from './chat-row-types.ts';
import type {
  PermissionAnswer,
  PermissionOutcome,
  PermissionRequest,
  SessionListener,
  SessionStage,
  SessionUpdate,
} from './session.ts';

/** Makes the directory of a chat ready before a turn. */
export interface ChatPreparation {
  /** Whether a turn can begin without `prepare`. */
  isReady(chat: ChatRow): boolean;
  /**
   * Resolves when the turn can begin. Rejects when it cannot, with a sentence for users, and when the signal aborts; then
   * nothing that it started runs any more.
   */
  prepare(chat: ChatRow, report: PreparationReport, signal: AbortSignal): Promise<void>;
}

/** Receives what happens in a preparation, as SessionListener does. */
export interface PreparationReport {
  stage(stage: SessionStage): void;
  update(update: SessionUpdate): void;
  /** Asks the user. Rejects with the reason of the preparation's signal. */
  ask(request: PermissionRequest): Promise<PermissionOutcome>;
}

/** How a preparation ended: `ready` for the turn, `stopped` by `stop`, or with an error. */
export type PreparationEnd = 'ready' | 'stopped' | { readonly error: unknown };

interface Running {
  readonly stopping: AbortController;
  readonly ended: Promise<unknown>;
  /** Resolve the open requests, by id. */
  readonly requests: Map<string, (outcome: PermissionOutcome) => void>;
}

/** The preparations that run, one a chat. */
export class ChatPreparations {
  readonly #preparation: ChatPreparation;
  readonly #listener: Pick<SessionListener, 'stage' | 'update' | 'permission'>;
  readonly #running = new Map<string, Running>();

  constructor(
    preparation: ChatPreparation,
    listener: Pick<SessionListener, 'stage' | 'update' | 'permission'>,
  ) {
    this.#preparation = preparation;
    this.#listener = listener;
  }

  isReady(chat: ChatRow): boolean {
    return this.#preparation.isReady(chat);
  }

  isRunning(chatId: string): boolean {
    return this.#running.has(chatId);
  }

  /** Prepares a chat, and calls `onEnd` in the turn of the event loop in which it is no longer running. */
  start(chat: ChatRow, onEnd: (end: PreparationEnd) => void): void {
    const stopping = new AbortController();
    const { signal } = stopping;
    const requests: Running['requests'] = new Map();
    const report = this.#reportOf(chat.id, requests, signal);
    // Not before it is among the running ones: an answer can come at once.
    const ended = Promise.resolve()
      .then(() => this.#preparation.prepare(chat, report, signal))
      .then(
        () => this.#end(chat.id, signal.aborted ? 'stopped' : 'ready', onEnd),
        (error: unknown) => this.#end(chat.id, signal.aborted ? 'stopped' : { error }, onEnd),
      );
    this.#running.set(chat.id, { stopping, ended, requests });
  }

  /** Passes an answer on. Returns false if no preparation asked. */
  answer(chatId: string, { requestId, outcome }: PermissionAnswer): boolean {
    const requests = this.#running.get(chatId)?.requests;
    const resolve = requests?.get(requestId);
    requests?.delete(requestId);
    resolve?.(outcome);
    return resolve !== undefined;
  }

  /** Stops the preparation of a chat. Resolves when it has ended. */
  async stop(chatId: string): Promise<void> {
    const running = this.#running.get(chatId);
    running?.stopping.abort(new Error('The turn was interrupted.'));
    await running?.ended;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((chatId) => this.stop(chatId)));
  }

  #end(chatId: string, end: PreparationEnd, onEnd: (end: PreparationEnd) => void): void {
    this.#running.delete(chatId);
    this.#listener.stage(chatId, null);
    onEnd(end);
  }

  #reportOf(chatId: string, requests: Running['requests'], signal: AbortSignal): PreparationReport {
    const listener = this.#listener;
    return {
      stage: (stage) => listener.stage(chatId, stage),
      update: (update) => listener.update(chatId, update),
      ask: (request) =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted();
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          requests.set(request.id, resolve);
          listener.permission(chatId, request);
        }),
    };
  }
}
