import { BackendError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { backOff } from './back-off.ts';

/** A client never keeps the server busy for more than a tenth of the time with one kind of request. */
const REST_PER_WORK = 9;

export interface Polling {
  readonly clock: Clock;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /** Asks once. Resolves to the ms until the next time, or null to rest until woken. */
  ask(signal: AbortSignal): Promise<number | null>;
  /** Called when asking failed; the next try begins at `retryAt`, Unix ms. */
  failed(error: BackendError, retryAt: number): void;
}

export interface Poller {
  /** Asks now, or as soon as the answer that is under way has come. While the server fails, its pause is kept. */
  wake(): void;
  /** Gives up what is under way, since it is about something else by now, and asks after `ms`. */
  restart(ms?: number): void;
  stop(): void;
}

/** Asks the same thing again and again, never twice at once, and more and more seldom while it fails. */
export function createPoller({ clock, random, ask, failed }: Polling): Poller {
  let underWay: AbortController | null = null;
  let again = false;
  let failures = 0;
  let stopped = false;
  let cancelTimer = (): void => {};

  const schedule = (ms: number): void => {
    cancelTimer();
    cancelTimer = clock.after(ms, () => void run());
  };

  async function run(): Promise<void> {
    cancelTimer();
    const controller = new AbortController();
    underWay = controller;
    again = false;
    const startedAt = clock.now();
    let next: number | null;
    try {
      next = await ask(controller.signal);
      failures = 0;
      if (next !== null) next = Math.max(next, (clock.now() - startedAt) * REST_PER_WORK);
      if (again) next = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      // A fault of ours must not end the polling silently: it is shown like a fault of the server.
      const known = error instanceof BackendError ? error : ourFault(error);
      failures++;
      next = Math.max(backOff(failures, random()), known.retryAfterMs ?? 0);
      failed(known, clock.now() + next);
    } finally {
      if (underWay === controller) underWay = null;
    }
    if (controller.signal.aborted || stopped || next === null) return;
    schedule(next);
  }

  const abort = (): void => {
    underWay?.abort();
    underWay = null;
  };

  return {
    wake() {
      if (stopped || failures > 0) return;
      if (underWay === null) schedule(0);
      else again = true;
    },
    restart(ms = 0) {
      if (stopped) return;
      abort();
      failures = 0;
      schedule(ms);
    },
    stop() {
      stopped = true;
      cancelTimer();
      abort();
    },
  };
}

const ourFault = (cause: unknown): BackendError =>
  new BackendError({
    kind: 'bad-answer',
    message: cause instanceof Error ? cause.message : String(cause),
    tookEffect: 'maybe',
    cause,
  });
