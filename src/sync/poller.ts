import { BackendError, internalError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { askedToWait, backOff } from './back-off.ts';
import { restAfter, spread } from './intervals.ts';
import { exactly, type Leeway, type Rounds } from './rounds.ts';

export interface Polling {
  readonly clock: Clock;
  /** Shared by those who are to ask at the same time where they may. */
  readonly rounds: Rounds;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /**
   * Asks once. Resolves to the ms until the next time, or null to rest until woken. After a slow answer the rest is
   * longer. Once the signal aborted, an answer that comes all the same must not be used.
   */
  ask(signal: AbortSignal): Promise<number | null>;
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
export function createPoller({ clock, rounds, random, ask, least, busy, failed, fault }: Polling): Poller {
  let underWay: AbortController | null = null;
  let again = false;
  let failures = 0;
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
    let next: Leeway | null;
    try {
      const usual = await ask(controller.signal);
      if (controller.signal.aborted) return;
      failures = 0;
      overAt = clock.now();
      const earned = restAfter(0, overAt - startedAt, busy);
      notBefore = overAt + earned;
      next = usual === null ? null : leewayAfter(usual, earned, random());
      if (again) next = exactly(earned);
    } catch (error) {
      if (controller.signal.aborted) return;
      // A fault of ours must not end the polling silently, nor pass for one of the server.
      if (!(error instanceof BackendError)) fault(error);
      const known = error instanceof BackendError ? error : internalError(error);
      failures++;
      overAt = clock.now();
      const asked = askedToWait(known) ?? 0;
      notBefore = overAt + asked;
      // A server that did not answer in time has worked all the same; one that was not reached has not.
      const earned =
        known.kind === 'unreachable' || known.kind === 'setup' ? 0 : restAfter(0, overAt - startedAt, busy);
      const rest = Math.max(backOff(failures, random()), least?.() ?? 0, earned, asked);
      next = exactly(rest);
      failed(known, overAt + rest);
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
