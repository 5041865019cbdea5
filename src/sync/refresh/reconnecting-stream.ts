import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { backOff, boundedRetryAfterMs } from './back-off.ts';

/** A stream that was open for this long does not count as a failure when it breaks, ms. */
const STABLE_MS = 30_000;
/** A closed stream that has not ended by then is not waited for, ms. */
const MAX_ENDING_MS = 2_000;

interface StreamOptions {
  readonly clock: Clock;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /** Opens the stream; must call `onEvent` when it is open. Resolves or rejects when it ends. */
  open(onEvent: () => void, signal: AbortSignal): Promise<void>;
  /** Called when an open stream ended by itself. */
  onBroken(): void;
  /** Called when it ended with an error; it opens again after `delayMs`. */
  onFailure?(error: BackendError, delayMs: number): void;
  /** Reports a fault of taskdeck itself. */
  onInternalError(error: unknown): void;
}

/** One stream, which is opened again after it ended: at most one is open, and none before the one before has ended. */
export interface ReconnectingStream {
  /** Whether it is open and has called `onEvent`. */
  readonly isHealthy: boolean;
  /** Closes the stream, and opens it after `delayMs`. */
  reopen(delayMs?: number): void;
  /** Closes the stream until `reopen`. */
  close(): void;
  /** Resolves when the closed streams have ended, at most 2 s after the last call of `close`. */
  ended(): Promise<void>;
}

/** Opens a broken stream again after 1 s, doubled up to 30 s by each failure, with jitter; or after a Retry-After. */
export function createReconnectingStream(options: StreamOptions): ReconnectingStream {
  const { clock, random, open, onBroken, onFailure, onInternalError } = options;
  let current: AbortController | null = null;
  let openedAt: number | null = null;
  let failures = 0;
  let cancelTimer = (): void => {};
  /** Of the stream that was closed and has not ended yet. */
  let ending: Promise<void> | null = null;
  let running: Promise<void> | null = null;

  async function connect(): Promise<void> {
    const controller = new AbortController();
    current = controller;
    if (ending !== null) await ending;
    if (current !== controller) return;
    let error: unknown = null;
    const { promise, resolve } = Promise.withResolvers<void>();
    running = promise;
    try {
      await open(() => {
        if (current === controller) openedAt ??= clock.monotonic();
      }, controller.signal);
    } catch (cause) {
      error = cause;
    } finally {
      if (running === promise) running = null;
      resolve();
    }
    if (current !== controller) return;
    if (error !== null && !(error instanceof BackendError)) onInternalError(error);
    const wasHealthy = openedAt !== null;
    const wasStable = openedAt !== null && clock.monotonic() - openedAt >= STABLE_MS;
    close();
    failures = wasStable ? 1 : failures + 1;
    const retryAfterMs = error instanceof BackendError ? (boundedRetryAfterMs(error) ?? 0) : 0;
    const delayMs = Math.max(backOff(failures, random()), retryAfterMs);
    cancelTimer = clock.after(delayMs, () => void connect());
    if (error instanceof BackendError) onFailure?.(error, delayMs);
    if (wasHealthy) onBroken();
  }

  function close(): void {
    cancelTimer();
    const closing = current;
    current = null;
    openedAt = null;
    closing?.abort();
    if (running !== null) waitForEnd(running);
    running = null;
  }

  function waitForEnd(closed: Promise<void>): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(MAX_ENDING_MS, resolve);
    void closed.then(() => {
      cancel();
      resolve();
    });
    ending = promise;
    void promise.then(() => {
      if (ending === promise) ending = null;
    });
  }

  return {
    get isHealthy() {
      return openedAt !== null;
    },
    reopen(delayMs = 0) {
      close();
      failures = 0;
      cancelTimer = clock.after(delayMs, () => void connect());
    },
    close,
    ended: async () => ending ?? undefined,
  };
}
