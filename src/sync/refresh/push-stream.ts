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
  readonly loop: Pick<PollLoop, 'wake' | 'rest'>;
  /** The minimum time between two requests for reported changes, ms. */
  readonly minGapMs: number;
  report(error: unknown): void;
}

/** The stream of one request kind. */
export interface PushStream {
  /** Whether the stream is healthy and makes polling unnecessary. */
  readonly replacesPolling: boolean;
  /** Opens the stream that this state needs after `delayMs`, unless it is open. Closes another one at once. */
  update(state: State, delayMs?: number): void;
  close(): void;
}

/** Joins the stream of a kind with its poll loop. Polling continues while the stream is not healthy. */
export function openPush(push: PushedChanges | undefined, options: PushOptions): PushStream {
  if (push === undefined) return { replacesPolling: false, update: () => {}, close: () => {} };
  const { clock, random, loop, minGapMs, report } = options;
  const { replacesPolling } = push;
  let key: string | null = null;

  const stream = createReconnectingStream({
    clock,
    random,
    open(onEvent, signal) {
      const changed = (): void => {
        if (signal.aborted) return;
        // The first event of a stream stands for all changes before it.
        const gapMs = stream.isHealthy ? minGapMs : 0;
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
      push.onBroken?.();
      if (replacesPolling) loop.wake();
    },
    onInternalError: report,
  });

  return {
    get replacesPolling() {
      return replacesPolling && stream.isHealthy;
    },
    update(state, delayMs = 0) {
      const wanted = push.key(state);
      if (wanted === key) return;
      key = wanted;
      if (key === null) stream.close();
      else stream.reopen(delayMs);
    },
    close() {
      key = null;
      stream.close();
    },
  };
}
