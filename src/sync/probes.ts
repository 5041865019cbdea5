import { BackendError, type BackendErrorKind } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { PROBE_INTERVAL_MS } from './silence-limit.ts';

/** Finds out whether the server answers at all while polls are silent. */
export interface Probes {
  /**
   * Has the server probed until the returned function is called, for a request that has been silent since `since`, by the
   * clock's `monotonic`. Calls back when a probe is answered after one that found the server gone meanwhile: the server is
   * back, and does not know of the request any more.
   */
  watch(since: number, onServerBack: () => void): () => void;
  stop(): void;
}

/**
 * Failures of a probe after which the server may have lost the requests that it had: it does not answer, or what is in front
 * of it answers instead. Any other refusal comes from a server that works, or from this machine.
 */
const SERVER_GONE: ReadonlySet<BackendErrorKind> = new Set([
  'unreachable',
  'timeout',
  'server',
  'not-coder',
  'bad-answer',
]);

/** A request that is sent when another is given up may begin this long after the probe that failed with it; ms. */
const TIMER_TOLERANCE_MS = 1_000;

interface Watcher {
  readonly since: number;
  returned(): void;
}

/** At most one probe at a time, for all polls that are silent; one that takes longer than `PROBE_EVERY_MS` has failed. */
export function createProbes({
  backend,
  clock,
}: {
  readonly backend: Pick<AgentBackend, 'probe'>;
  readonly clock: Clock;
}): Probes {
  const watching = new Set<Watcher>();
  let lastGoneAt = Number.NEGATIVE_INFINITY;
  /** Ends the probe that is under way, whose result then counts for nothing. */
  let cancelProbe = (): void => {};
  let cancelNext: (() => void) | null = null;

  function begin(): void {
    const controller = new AbortController();
    const end = (result: 'answered' | 'gone' | 'unknown'): void => {
      if (controller.signal.aborted) return;
      controller.abort();
      if (result === 'gone') lastGoneAt = clock.monotonic();
      if (result !== 'answered') return;
      for (const { since, returned } of [...watching])
        if (lastGoneAt >= since - TIMER_TOLERANCE_MS) returned();
    };
    cancelProbe = () => controller.abort();
    cancelNext = clock.after(PROBE_INTERVAL_MS, () => {
      end('gone');
      cancelNext = null;
      if (watching.size > 0) begin();
    });
    backend.probe(controller.signal).then(
      () => end('answered'),
      (error: unknown) =>
        end(error instanceof BackendError && SERVER_GONE.has(error.kind) ? 'gone' : 'unknown'),
    );
  }

  return {
    watch(since, returned) {
      const watcher = { since, returned };
      watching.add(watcher);
      if (cancelNext === null) begin();
      return () => void watching.delete(watcher);
    },
    stop() {
      watching.clear();
      cancelProbe();
      cancelNext?.();
    },
  };
}
