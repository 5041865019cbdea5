import { BackendError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { askedToWait, backOff } from './back-off.ts';
import { restAfter } from './intervals.ts';

export interface Polling {
  readonly clock: Clock;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /**
   * Asks once. Resolves to the ms until the next time, or null to rest until woken. After a slow answer the rest is
   * longer. Once the signal aborted, an answer that comes all the same must not be used.
   */
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
      if (controller.signal.aborted) return;
      failures = 0;
      if (next !== null) next = restAfter(next, clock.now() - startedAt);
      if (again) next = 0;
    } catch (error) {
      if (controller.signal.aborted) return;
      // A fault of ours must not end the polling silently: it is shown like a fault of the server.
      const known = error instanceof BackendError ? error : ourFault(error);
      failures++;
      next = Math.max(backOff(failures, random()), askedToWait(known) ?? 0);
      failed(known, clock.now() + next);
    } finally {
      if (underWay === controller) underWay = null;
    }
    if (next !== null && !controller.signal.aborted) schedule(next);
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
