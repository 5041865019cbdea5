import type { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { State } from '../../store/state.ts';
import type { PollLoop } from './poll-loop.ts';
import { createReconnectingStream } from './reconnecting-stream.ts';
import type { PushedChanges } from './request-kind.ts';

interface PushOptions {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Sends the requests for reported changes. */
  readonly loop: Pick<PollLoop, 'wake' | 'rest' | 'pollWithin'>;
  /** The minimum time between two requests for reported changes, ms. */
  readonly minGapMs: () => number;
  /** The interval of requests without a stream, ms. */
  intervalMs(): number;
  /** Called when the stream ended with an error; it opens again after `delayMs`. */
  onFailure(error: BackendError, delayMs: number): void;
  report(error: unknown): void;
}

/** The stream of one request kind. */
export interface PushStream {
  /** Whether the stream is healthy and makes polling unnecessary. */
  readonly replacesPolling: boolean;
  /** Whether the stream is open and reports changes. */
  readonly isHealthy: boolean;
  /** Opens the stream that this state needs after `delayMs`, unless it is open. Closes another one at once. */
  update(state: State, delayMs?: number): void;
  close(): void;
  /** Resolves when no closed stream is still ending. */
  ended(): Promise<void>;
}

const NO_PUSH: PushStream = {
  replacesPolling: false,
  isHealthy: false,
  update: () => {},
  close: () => {},
  ended: async () => {},
};

/** Joins the stream of a kind with its poll loop. Polling continues while the stream is not healthy. */
export function openPush(push: PushedChanges | undefined, options: PushOptions): PushStream {
  if (push === undefined) return NO_PUSH;
  const { clock, random, loop, minGapMs, intervalMs, report } = options;
  const { replacesPolling } = push;
  let key: string | null = null;

  const stream = createReconnectingStream({
    clock,
    random,
    open(onEvent, signal) {
      const changed = (): void => {
        if (signal.aborted) return;
        // The first event of a stream stands for all changes before it.
        const gapMs = stream.isHealthy ? minGapMs() : 0;
        onEvent();
        loop.wake(gapMs);
      };
      const received = (): void => {
        if (signal.aborted) return;
        onEvent();
        // The answer of a pending request would be older.
        if (replacesPolling) loop.rest();
      };
      return push.open({ changed, received }, signal);
    },
    onBroken() {
      if (key !== null) resumePolling(key);
    },
    onFailure: options.onFailure,
    onInternalError: report,
  });

  function resumePolling(endedKey: string): void {
    push?.onEnd?.(endedKey);
    if (replacesPolling) loop.wake();
    else loop.pollWithin(intervalMs());
  }

  return {
    get replacesPolling() {
      return replacesPolling && stream.isHealthy;
    },
    get isHealthy() {
      return stream.isHealthy;
    },
    update(state, delayMs = 0) {
      const wanted = push.key(state);
      if (wanted === key) return;
      const [before, wasHealthy] = [key, stream.isHealthy];
      key = wanted;
      if (key !== null) return stream.reopen(delayMs);
      stream.close();
      if (wasHealthy && before !== null) resumePolling(before);
    },
    close() {
      key = null;
      stream.close();
    },
    ended: stream.ended,
  };
}
