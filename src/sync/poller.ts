import { BackendError, type BackendErrorKind, internalError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { backOff, boundedRetryAfterMs } from './back-off.ts';
import { pauseAfterAnswer, withJitter } from './intervals.ts';
import type { Probes } from './probes.ts';
import { exactly, type Leeway, type Rounds } from './rounds.ts';
import { isHang, NO_RESPONSES, silenceLimit, withResponse, withTimeout } from './silence-limit.ts';
import { watchSilence } from './watch-silence.ts';

export interface PollerOptions {
  readonly clock: Clock;
  /** Shared by those who are to ask at the same time where they may. */
  readonly rounds: Rounds;
  /** Shared: the server is probed once for all polls that are silent. */
  readonly probes: Probes;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /**
   * Asks once. Resolves to the ms until the next time, or null to rest until woken. After a slow answer the rest is
   * longer. Once the signal aborted, an answer that comes all the same must not be used. `heard` must be called when bytes of
   * an answer arrive: a poll that stays silent is given up.
   */
  poll(signal: AbortSignal, heard: () => void): Promise<number | null>;
  /** How long after a failure the next question comes at the soonest, ms: the pace that was configured. */
  readonly minIntervalMs?: () => number;
  /** The share of the time that the server may be kept busy; a tenth when missing. */
  readonly busy?: number | undefined;
  /** Called when asking failed; the next try begins at `retryAt`, Unix ms. */
  onFailure(error: BackendError, retryAt: number): void;
  /** Reports a fault of taskdeck itself; `failed` is called for it too. */
  onInternalError(error: unknown): void;
}

export interface Poller {
  /**
   * Asks now, or as soon as the answer that is under way has come; later where the last answer took so long that the
   * server has earned a rest. While the server fails, its pause is kept.
   */
  wake(): void;
  /** Asks at the latest `ms` after the last answer, or failure, if the server has not said to wait longer. */
  pollWithin(ms: number): void;
  /** Gives up what is under way, since it is about something else by now, and asks after `ms`. */
  restart(ms?: number): void;
  /** Gives up what is under way, and asks nothing until it is restarted. */
  suspend(): void;
  stop(): void;
}

/** Asks the same thing again and again, never twice at once, and more and more seldom while it fails. */
export function createPoller(polling: PollerOptions): Poller {
  const { clock, rounds, probes, random, poll, minIntervalMs, busy, onFailure, onInternalError } = polling;
  let underWay: AbortController | null = null;
  let pollAgain = false;
  let failures = 0;
  let times = NO_RESPONSES;
  let stopped = false;
  let suspended = false;
  /** When the last question was over, when it may be asked again, and when it will be; Unix ms. */
  let finishedAt = Number.NEGATIVE_INFINITY;
  let notBefore = Number.NEGATIVE_INFINITY;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};

  const schedule = (leeway: Leeway): void => {
    cancelTimer();
    dueAt = clock.now() + leeway.at;
    cancelTimer = rounds.wait(leeway, () => void run());
  };

  async function run(): Promise<void> {
    cancelTimer();
    dueAt = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    underWay = controller;
    pollAgain = false;
    const startedAt = clock.now();
    const limitMs = silenceLimit(times);
    let hang = null as AbortCause | null;
    const giveUp = (why: AbortCause): void => {
      hang = why;
      controller.abort(new DOMException(`Timeout awaiting 'byte' for ${limitMs}ms`, 'TimeoutError'));
    };
    const silence = watchSilence({
      clock,
      probes,
      limitMs,
      onTimeout: () => giveUp('no answer'),
      onServerBack: () => giveUp('server back'),
    });
    controller.signal.addEventListener('abort', silence.end, { once: true });
    let next: Leeway | null = null;
    try {
      const intervalMs = await poll(controller.signal, silence.bytesReceived);
      if (underWay !== controller) return;
      controller.signal.throwIfAborted();
      failures = 0;
      finishedAt = clock.now();
      if (silence.hasReceived) times = withResponse(times, finishedAt - startedAt);
      const cooldownMs = pauseAfterAnswer(0, finishedAt - startedAt, busy);
      notBefore = finishedAt + cooldownMs;
      next = intervalMs === null ? null : leewayAfter(intervalMs, cooldownMs, random());
      if (pollAgain) next = exactly(cooldownMs);
    } catch (error) {
      if (underWay !== controller) return;
      finishedAt = clock.now();
      // A fault of ours must not end the polling silently, nor pass for one of the server.
      if (hang === null && !(error instanceof BackendError)) onInternalError(error);
      next = exactly(
        hang === 'server back' ? 0 : delayAfterFailure(toBackendError(error, hang, limitMs), startedAt),
      );
    } finally {
      silence.end();
    }
    // The handler of the failure may have stopped or restarted this.
    if (underWay !== controller) return;
    underWay = null;
    if (next !== null) schedule(next);
  }

  /** Reports the failure. */
  function delayAfterFailure(error: BackendError, startedAt: number): number {
    const retryAfterMs = boundedRetryAfterMs(error) ?? 0;
    notBefore = finishedAt + retryAfterMs;
    const tookMs = finishedAt - startedAt;
    const shortest = minIntervalMs?.() ?? 0;
    let delayMs: number;
    // A timeout that comes at once gets the usual pause: without one, the poll would never rest.
    if (error.kind === 'timeout' && isHang(tookMs)) {
      // A request that was given up is no work of the server's, and a hang no reason to rest.
      times = withTimeout(times);
      failures = Math.max(failures, 1);
      delayMs = Math.max(shortest - tookMs, retryAfterMs, 0);
    } else {
      failures++;
      const cooldownMs = FREE_FAILURES.has(error.kind) ? 0 : pauseAfterAnswer(0, tookMs, busy);
      delayMs = Math.max(backOff(failures, random()), shortest, cooldownMs, retryAfterMs);
    }
    onFailure(error, finishedAt + delayMs);
    return delayMs;
  }

  const abort = (): void => {
    underWay?.abort();
    underWay = null;
  };

  return {
    wake() {
      if (stopped || suspended || failures > 0) return;
      if (underWay === null) schedule(exactly(Math.max(0, notBefore - clock.now())));
      else pollAgain = true;
    },
    pollWithin(ms) {
      const at = Math.max(clock.now(), finishedAt + ms, notBefore);
      if (at < dueAt && dueAt !== Number.POSITIVE_INFINITY) schedule(exactly(at - clock.now()));
    },
    restart(ms = 0) {
      if (stopped) return;
      suspended = false;
      abort();
      failures = 0;
      notBefore = Number.NEGATIVE_INFINITY;
      schedule(exactly(ms));
    },
    suspend() {
      suspended = true;
      cancelTimer();
      dueAt = Number.POSITIVE_INFINITY;
      abort();
    },
    stop() {
      stopped = true;
      cancelTimer();
      abort();
    },
  };
}

/** A little later than the interval, and not before the server has `earned` its rest; all of it ms. */
function leewayAfter(interval: number, cooldownMs: number, random: number): Leeway {
  const by = (share: number): number => Math.max(withJitter(interval, share), cooldownMs);
  return { from: by(0), at: by(random), to: by(1) };
}

/** Failures that cost the server no work: the request did not reach it, or was given up. */
const FREE_FAILURES: ReadonlySet<BackendErrorKind> = new Set(['unreachable', 'setup', 'timeout']);

/** Why a poll was given up: it was silent for too long, or the server is back and will not answer it any more. */
type AbortCause = 'no answer' | 'server back';

function toBackendError(error: unknown, hang: AbortCause | null, limitMs: number): BackendError {
  if (hang === null) return error instanceof BackendError ? error : internalError(error);
  if (error instanceof BackendError && error.kind === 'timeout') return error;
  const message = `The server did not answer within ${limitMs / 1_000} seconds.`;
  return new BackendError({ kind: 'timeout', message, tookEffect: 'no' });
}
