import { BackendError, type BackendErrorKind, internalError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { askedToWait, backOff } from './back-off.ts';
import { afterAnswer, afterGivingUp, hasHung, NO_ANSWERS, silenceLimit } from './hang.ts';
import { restAfter, spread } from './intervals.ts';
import type { Probes } from './probes.ts';
import { exactly, type Leeway, type Rounds } from './rounds.ts';
import { watchSilence } from './silence.ts';

export interface Polling {
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
  ask(signal: AbortSignal, heard: () => void): Promise<number | null>;
  /** How long after a failure the next question comes at the soonest, ms: the pace that was configured. */
  readonly least?: () => number;
  /** The share of the time that the server may be kept busy; a tenth when missing. */
  readonly busy?: number | undefined;
  /** Called when asking failed; the next try begins at `retryAt`, Unix ms. */
  failed(error: BackendError, retryAt: number): void;
  /** Reports a fault of taskdeck itself; `failed` is called for it too. */
  fault(error: unknown): void;
}

export interface Poller {
  /**
   * Asks now, or as soon as the answer that is under way has come; later where the last answer took so long that the
   * server has earned a rest. While the server fails, its pause is kept.
   */
  wake(): void;
  /** Asks at the latest `ms` after the last answer, or failure, if the server has not said to wait longer. */
  hasten(ms: number): void;
  /** Gives up what is under way, since it is about something else by now, and asks after `ms`. */
  restart(ms?: number): void;
  /** Gives up what is under way, and asks nothing until it is restarted. */
  rest(): void;
  stop(): void;
}

/** Asks the same thing again and again, never twice at once, and more and more seldom while it fails. */
export function createPoller(polling: Polling): Poller {
  const { clock, rounds, probes, random, ask, least, busy, failed, fault } = polling;
  let underWay: AbortController | null = null;
  let again = false;
  let failures = 0;
  let times = NO_ANSWERS;
  let stopped = false;
  let resting = false;
  /** When the last question was over, when it may be asked again, and when it will be; Unix ms. */
  let overAt = Number.NEGATIVE_INFINITY;
  let notBefore = Number.NEGATIVE_INFINITY;
  let due = Number.POSITIVE_INFINITY;
  let cancelTimer = (): void => {};

  const schedule = (leeway: Leeway): void => {
    cancelTimer();
    due = clock.now() + leeway.at;
    cancelTimer = rounds.wait(leeway, () => void run());
  };

  async function run(): Promise<void> {
    cancelTimer();
    due = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    underWay = controller;
    again = false;
    const startedAt = clock.now();
    const limitMs = silenceLimit(times);
    let hang = null as Hang | null;
    const giveUp = (why: Hang): void => {
      hang = why;
      controller.abort(new DOMException(`Timeout awaiting 'byte' for ${limitMs}ms`, 'TimeoutError'));
    };
    const silence = watchSilence({
      clock,
      probes,
      limitMs,
      tooLong: () => giveUp('too long'),
      returned: () => giveUp('returned'),
    });
    controller.signal.addEventListener('abort', silence.end, { once: true });
    let next: Leeway | null = null;
    try {
      const usual = await ask(controller.signal, silence.heard);
      if (underWay !== controller) return;
      controller.signal.throwIfAborted();
      failures = 0;
      overAt = clock.now();
      if (silence.isBroken) times = afterAnswer(times, overAt - startedAt);
      const earned = restAfter(0, overAt - startedAt, busy);
      notBefore = overAt + earned;
      next = usual === null ? null : leewayAfter(usual, earned, random());
      if (again) next = exactly(earned);
    } catch (error) {
      if (underWay !== controller) return;
      overAt = clock.now();
      // A fault of ours must not end the polling silently, nor pass for one of the server.
      if (hang === null && !(error instanceof BackendError)) fault(error);
      next = exactly(hang === 'returned' ? 0 : restAfterFailure(asKnown(error, hang, limitMs), startedAt));
    } finally {
      silence.end();
    }
    // The handler of the failure may have stopped or restarted this.
    if (underWay !== controller) return;
    underWay = null;
    if (next !== null) schedule(next);
  }

  /** Reports the failure. */
  function restAfterFailure(error: BackendError, startedAt: number): number {
    const asked = askedToWait(error) ?? 0;
    notBefore = overAt + asked;
    const tookMs = overAt - startedAt;
    const shortest = least?.() ?? 0;
    let rest: number;
    // A timeout that comes at once gets the usual pause: without one, the poll would never rest.
    if (error.kind === 'timeout' && hasHung(tookMs)) {
      // A request that was given up is no work of the server's, and a hang no reason to rest.
      times = afterGivingUp(times);
      failures = Math.max(failures, 1);
      rest = Math.max(shortest - tookMs, asked, 0);
    } else {
      failures++;
      const earned = IDLE_FAILURES.has(error.kind) ? 0 : restAfter(0, tookMs, busy);
      rest = Math.max(backOff(failures, random()), shortest, earned, asked);
    }
    failed(error, overAt + rest);
    return rest;
  }

  const abort = (): void => {
    underWay?.abort();
    underWay = null;
  };

  return {
    wake() {
      if (stopped || resting || failures > 0) return;
      if (underWay === null) schedule(exactly(Math.max(0, notBefore - clock.now())));
      else again = true;
    },
    hasten(ms) {
      const at = Math.max(clock.now(), overAt + ms, notBefore);
      if (at < due && due !== Number.POSITIVE_INFINITY) schedule(exactly(at - clock.now()));
    },
    restart(ms = 0) {
      if (stopped) return;
      resting = false;
      abort();
      failures = 0;
      notBefore = Number.NEGATIVE_INFINITY;
      schedule(exactly(ms));
    },
    rest() {
      resting = true;
      cancelTimer();
      due = Number.POSITIVE_INFINITY;
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
function leewayAfter(interval: number, earned: number, random: number): Leeway {
  const by = (share: number): number => Math.max(spread(interval, share), earned);
  return { from: by(0), at: by(random), to: by(1) };
}

/** Failures that cost the server no work: the request did not reach it, or was given up. */
const IDLE_FAILURES: ReadonlySet<BackendErrorKind> = new Set(['unreachable', 'setup', 'timeout']);

/** Why a poll was given up: it was silent for too long, or the server is back and will not answer it any more. */
type Hang = 'too long' | 'returned';

function asKnown(error: unknown, hang: Hang | null, limitMs: number): BackendError {
  if (hang === null) return error instanceof BackendError ? error : internalError(error);
  if (error instanceof BackendError && error.kind === 'timeout') return error;
  const message = `The server did not answer within ${limitMs / 1_000} seconds.`;
  return new BackendError({ kind: 'timeout', message, tookEffect: 'no' });
}
