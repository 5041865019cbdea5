import { BackendError, type BackendErrorKind } from '../../domain/errors.ts';
import type { AgentBackend } from '../../domain/ports/backend.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { PROBE_INTERVAL_MS } from './silence-limit.ts';

/** Finds out whether the server still answers while polls are silent. */
export interface Probes {
  /**
   * Probes the server until the returned function is called. `since`: when the silence of the request started, ms of
   * the monotonic clock. Calls back when a probe succeeds after one that found the server gone: the server has lost the
   * request.
   */
  watch(since: number, onServerBack: () => void): () => void;
  stop(): void;
}

/**
 * Probe failures after which the server may have lost its pending requests: it does not answer, or a proxy answers for
 * it. Other errors come from a working server or from this machine.
 */
const SERVER_GONE: ReadonlySet<BackendErrorKind> = new Set([
  'unreachable',
  'timeout',
  'server',
  'not-coder',
  'bad-answer',
]);

/** The retry of an aborted request can start this long after the probe that failed with it; ms. */
const TIMER_TOLERANCE_MS = 1_000;

interface Watcher {
  readonly since: number;
  onServerBack(): void;
}

/** Sends at most one probe at a time for all silent polls; a probe fails after `PROBE_INTERVAL_MS`. */
export function createProbes({
  backend,
  clock,
}: {
  readonly backend: Pick<AgentBackend, 'probe'>;
  readonly clock: Clock;
}): Probes {
  const watchers = new Set<Watcher>();
  let lastGoneAt = Number.NEGATIVE_INFINITY;
  /** Aborts the pending probe and ignores its result. */
  let cancelProbe = (): void => {};
  let cancelNext: (() => void) | null = null;

  function start(): void {
    const controller = new AbortController();
    const end = (result: 'answered' | 'gone' | 'unknown'): void => {
      if (controller.signal.aborted) return;
      controller.abort();
      if (result === 'gone') lastGoneAt = clock.monotonic();
      if (result !== 'answered') return;
      for (const { since, onServerBack } of [...watchers])
        if (lastGoneAt >= since - TIMER_TOLERANCE_MS) onServerBack();
    };
    cancelProbe = () => controller.abort();
    cancelNext = clock.after(PROBE_INTERVAL_MS, () => {
      end('gone');
      cancelNext = null;
      if (watchers.size > 0) start();
    });
    backend.probe(controller.signal).then(
      () => end('answered'),
      (error: unknown) =>
        end(error instanceof BackendError && SERVER_GONE.has(error.kind) ? 'gone' : 'unknown'),
    );
  }

  return {
    watch(since, onServerBack) {
      const watcher = { since, onServerBack };
      watchers.add(watcher);
      if (cancelNext === null) start();
      return () => void watchers.delete(watcher);
    },
    stop() {
      watchers.clear();
      cancelProbe();
      cancelNext?.();
    },
  };
}
