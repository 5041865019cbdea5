import { BackendError, type BackendErrorKind, internalError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { backOff, boundedRetryAfterMs } from './back-off.ts';
import { type CoalescedTimers, exactly, type Leeway } from './coalesced-timers.ts';
import { pauseAfterAnswer, withJitter } from './intervals.ts';
import type { Probes } from './probes.ts';
import { isHang, NO_RESPONSES, silenceLimit, withResponse, withTimeout } from './silence-limit.ts';
import { watchSilence } from './watch-silence.ts';

export interface PollLoopOptions {
  readonly clock: Clock;
  /** Shared by all loops, so that they poll at the same time where their leeway allows it. */
  readonly timers: CoalescedTimers;
  /** Shared by all loops: one probe serves all silent polls. */
  readonly probes: Probes;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /**
   * Polls once. Resolves to the ms until the next poll, longer after a slow response; null: none before `wake`. Must
   * ignore a response that comes after an abort, and call `onProgress` when bytes arrive: a silent poll is aborted.
   */
  poll(signal: AbortSignal, onProgress: () => void): Promise<number | null>;
  /** Resolves when a poll can be sent: the time before is no work of the server. Missing: at once. */
  readonly connected?: (() => Promise<void>) | undefined;
  /** The minimum delay after a failure, ms: the configured interval. */
  readonly minIntervalMs?: () => number;
  /** The maximum share of the time that the server works for this loop; 0.1 when missing. */
  readonly busy?: number | undefined;
  /** Called when a poll failed; the next one starts at `retryAt`, Unix ms. */
  onFailure(error: BackendError, retryAt: number): void;
  /** Reports a fault of taskdeck itself; `onFailure` is called for it too. */
  onInternalError(error: unknown): void;
}

export interface PollLoop {
  /**
   * Polls now, or after the pending poll; later when the last response was slow, or when the last poll ended less than
   * `gapMs` ago. Does nothing after a failure, until the retry succeeds.
   */
  wake(gapMs?: number): void;
  /** Polls at most `ms` after the last poll ended, unless a Retry-After or a slow response calls for more. */
  pollWithin(ms: number): void;
  /** Aborts the pending poll, forgets failures, and polls no more until `wake`. */
  rest(): void;
  /** Aborts the pending poll, and polls after `ms`, ignoring the back-off. */
  restart(ms?: number): void;
  /** Aborts the pending poll, and polls no more until `restart`. */
  suspend(): void;
  stop(): void;
}

/** Polls repeatedly, never twice at once, and with back-off after failures. */
export function createPollLoop(polling: PollLoopOptions): PollLoop {
  const { clock, timers, probes, random, poll, connected, minIntervalMs, busy, onFailure, onInternalError } =
    polling;
  let pending: AbortController | null = null;
  /** The `gapMs` of a wake during the pending poll. */
  let wakeGapMs: number | null = null;
  let failures = 0;
  let responseTimes = NO_RESPONSES;
  let stopped = false;
  let suspended = false;
  /** When the last poll ended, and when the next one may and will start; Unix ms. */
  let finishedAt = Number.NEGATIVE_INFINITY;
  let notBefore = Number.NEGATIVE_INFINITY;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};

  const schedule = (leeway: Leeway): void => {
    cancelTimer();
    dueAt = clock.now() + leeway.at;
    cancelTimer = timers.wait(leeway, () => void run());
  };

  async function run(): Promise<void> {
    cancelTimer();
    dueAt = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    pending = controller;
    wakeGapMs = null;
    let startedAt = clock.now();
    connected?.().then(
      () => {
        startedAt = clock.now();
      },
      // The poll fails with the same error.
      () => undefined,
    );
    const limitMs = silenceLimit(responseTimes);
    let abortCause = null as AbortCause | null;
    const abortPoll = (cause: AbortCause): void => {
      abortCause = cause;
      controller.abort(new DOMException(`Timeout awaiting 'byte' for ${limitMs}ms`, 'TimeoutError'));
    };
    const silence = watchSilence({
      clock,
      probes,
      limitMs,
      onTimeout: () => abortPoll('no answer'),
      onServerBack: () => abortPoll('server back'),
    });
    controller.signal.addEventListener('abort', silence.end, { once: true });
    let next: Leeway | null = null;
    try {
      const intervalMs = await poll(controller.signal, silence.bytesReceived);
      if (pending !== controller) return;
      controller.signal.throwIfAborted();
      failures = 0;
      finishedAt = clock.now();
      if (silence.hasReceived) responseTimes = withResponse(responseTimes, finishedAt - startedAt);
      const cooldownMs = pauseAfterAnswer(0, finishedAt - startedAt, busy);
      notBefore = finishedAt + cooldownMs;
      next = intervalMs === null ? null : leewayAfter(intervalMs, cooldownMs, random());
      if (wakeGapMs !== null) next = exactly(Math.max(cooldownMs, wakeGapMs));
    } catch (error) {
      if (pending !== controller) return;
      finishedAt = clock.now();
      // A fault of taskdeck must not end the polling silently, nor look like one of the server.
      if (abortCause === null && !(error instanceof BackendError)) onInternalError(error);
      next = exactly(
        abortCause === 'server back'
          ? 0
          : delayAfterFailure(toBackendError(error, abortCause, limitMs), startedAt),
      );
    } finally {
      silence.end();
    }
    // `onFailure` may have stopped or restarted this loop.
    if (pending !== controller) return;
    pending = null;
    if (next !== null) schedule(next);
  }

  /** Reports a failure. Returns the delay until the next poll, ms. */
  function delayAfterFailure(error: BackendError, startedAt: number): number {
    const retryAfterMs = boundedRetryAfterMs(error) ?? 0;
    notBefore = finishedAt + retryAfterMs;
    const tookMs = finishedAt - startedAt;
    const minDelayMs = minIntervalMs?.() ?? 0;
    let delayMs: number;
    // A timeout that comes at once gets the usual delay, or requests would follow without a pause.
    if (error.kind === 'timeout' && isHang(tookMs)) {
      // The server did no work for an aborted request, so no back-off is due.
      responseTimes = withTimeout(responseTimes);
      failures = Math.max(failures, 1);
      delayMs = Math.max(minDelayMs - tookMs, retryAfterMs, 0);
    } else {
      failures++;
      const cooldownMs = FREE_FAILURES.has(error.kind) ? 0 : pauseAfterAnswer(0, tookMs, busy);
      delayMs = Math.max(backOff(failures, random()), minDelayMs, cooldownMs, retryAfterMs);
    }
    onFailure(error, finishedAt + delayMs);
    return delayMs;
  }

  const abort = (): void => {
    pending?.abort();
    pending = null;
  };

  return {
    wake(gapMs = 0) {
      if (stopped || suspended || failures > 0) return;
      if (pending !== null) {
        wakeGapMs = Math.min(gapMs, wakeGapMs ?? gapMs);
        return;
      }
      const at = Math.max(clock.now(), notBefore, finishedAt + gapMs);
      if (gapMs === 0 || at < dueAt) schedule(exactly(at - clock.now()));
    },
    pollWithin(ms) {
      const at = Math.max(clock.now(), finishedAt + ms, notBefore);
      if (at < dueAt && dueAt !== Number.POSITIVE_INFINITY) schedule(exactly(at - clock.now()));
    },
    rest() {
      abort();
      cancelTimer();
      dueAt = Number.POSITIVE_INFINITY;
      failures = 0;
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

/** The interval plus jitter, at least `cooldownMs`; all in ms. */
function leewayAfter(intervalMs: number, cooldownMs: number, random: number): Leeway {
  const by = (share: number): number => Math.max(withJitter(intervalMs, share), cooldownMs);
  return { from: by(0), at: by(random), to: by(1) };
}

/** Failures that cost the server no work: the request did not reach it, or was aborted. */
const FREE_FAILURES: ReadonlySet<BackendErrorKind> = new Set(['unreachable', 'setup', 'timeout']);

/** Why a poll was aborted: it was silent for too long, or the server came back and has lost the request. */
type AbortCause = 'no answer' | 'server back';

function toBackendError(error: unknown, cause: AbortCause | null, limitMs: number): BackendError {
  if (cause === null) return error instanceof BackendError ? error : internalError(error);
  if (error instanceof BackendError && error.kind === 'timeout') return error;
  const message = `The server did not answer within ${limitMs / 1_000} seconds.`;
  return new BackendError({ kind: 'timeout', message, tookEffect: 'no' });
}
