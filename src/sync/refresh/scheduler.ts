import type { SyncContext } from '../sync-context.ts';
import { createCoalescedTimers } from './coalesced-timers.ts';
import { DEFAULT_PACE } from './intervals.ts';
import { createPollLoop } from './poll-loop.ts';
import { createProbes } from './probes.ts';
import { openPush } from './push-stream.ts';
import type { RequestKind, RequestName } from './request-kind.ts';

/** Owns every poll timer. Sends the requests of each kind in time, and when the state or a caller requires it. */
export interface Scheduler {
  /**
   * Sends the requests of these names now, or after the pending ones; without names, of all kinds. A kind whose last
   * request failed waits for its retry. One that a stream replaces waits for the stream.
   */
  wake(...names: readonly RequestName[]): void;
  /**
   * Sends all requests now, without back-off, and opens all streams again; a Retry-After still holds. At most once per
   * transcript interval, or per second if that is shorter, so that a user who polls rarely can poll at once.
   */
  refresh(): void;
  /** Aborts all requests, closes all streams, and opens none until `refresh`. */
  suspend(): void;
  /** Resolves when no closed stream is still ending; at once when there is none. Never rejects. */
  streamsEnded(): Promise<void>;
  stop(): void;
}

interface SchedulerContext extends SyncContext {
  /** Called with each refresh, also after the machine slept. */
  readonly onRefresh?: () => void;
}

/** Sends nothing before the first `wake`, or a change of the state to which a kind reacts. */
export function createScheduler(
  { backend, store, clock, random, pace = DEFAULT_PACE, requestLog, onRefresh }: SchedulerContext,
  kinds: readonly RequestKind[],
): Scheduler {
  const timers = createCoalescedTimers(clock);
  const probes = createProbes({ backend, clock });
  const { getState, report } = store;
  const polls = kinds.map((kind) => {
    const loop = createPollLoop({
      clock,
      timers,
      probes,
      random,
      busy: pace.busy,
      minIntervalMs: () => kind.retryMs(getState()),
      poll: (signal, onBytes) =>
        kind.request({ signal, onBytes, isStreamHealthy: () => push.isHealthy, wake }),
      connected: backend.connected,
      onFailure(error, retryAt) {
        requestLog?.noteNext(error, triesAgain(retryAt - clock.now()));
        kind.onFailure?.(error, retryAt);
      },
      onInternalError: report,
    });
    const push = openPush(kind.push, {
      clock,
      onFailure: (error, delayMs) => requestLog?.noteNext(error, `opens it again after ${seconds(delayMs)}`),
      random,
      loop,
      report,
      minGapMs: () => pace.transcript * 1_000,
      intervalMs: () => kind.retryMs(getState()),
    });
    return { kind, loop, push };
  });
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let isSuspended = false;
  let isStopped = false;

  function wake(...names: readonly RequestName[]): void {
    if (isStopped) return;
    for (const { kind, loop, push } of polls) {
      if (names.length > 0 && !names.includes(kind.name)) continue;
      if (!isSuspended) push.update(getState());
      if (!push.replacesPolling) loop.wake();
    }
  }

  function refresh(): void {
    if (isStopped) return;
    isSuspended = false;
    refreshedAt = clock.now();
    for (const { loop, push } of polls) {
      loop.restart();
      push.close();
      push.update(getState());
    }
    onRefresh?.();
  }

  let state = getState();
  const unsubscribe = store.subscribe(() => {
    const before = state;
    state = getState();
    if (isSuspended) return;
    for (const { kind, loop, push } of polls) {
      const reaction = kind.onChange?.(before, state) ?? null;
      const restartMs = reaction === null || reaction === 'wake' ? null : reaction.restartMs;
      push.update(state, restartMs ?? 0);
      if (restartMs !== null) loop.restart(restartMs);
      else if (reaction === 'wake' && !push.replacesPolling) loop.wake();
    }
    // Restores the usual intervals.
    if (before.window.focused === false && state.window.focused === true)
      for (const { loop } of polls) loop.pollWithin(pace.list * 1_000);
  });
  const stopSleep = clock.onSleep(() => {
    // Shows all data as stale.
    store.dispatch({ type: 'clock-ticked', now: clock.now() });
    if (!isSuspended) refresh();
  });

  return {
    wake,
    refresh() {
      // A held key must not poll all the time.
      const gapMs = Math.min(pace.transcript, DEFAULT_PACE.transcript) * 1_000;
      if (clock.now() - refreshedAt >= gapMs) refresh();
    },
    suspend() {
      refreshedAt = Number.NEGATIVE_INFINITY;
      isSuspended = true;
      for (const { loop, push } of polls) {
        loop.suspend();
        push.close();
      }
    },
    async streamsEnded() {
      // Within a batch, the streams are closed when the batch ends.
      await Promise.resolve();
      await Promise.all(polls.map(({ push }) => push.ended()));
    },
    stop() {
      isStopped = true;
      unsubscribe();
      stopSleep();
      for (const { loop, push } of polls) {
        loop.stop();
        push.close();
      }
      probes.stop();
    },
  };
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const triesAgain = (delayMs: number): string => `tries again after ${seconds(delayMs)}`;
