import type { Clock } from '../domain/ports/clock.ts';

/** A signal that aborts with another signal or after a timeout. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Stops the timer and detaches from the other signal. Always call it at the end. */
  clear(): void;
  abort(): void;
  stopTimer(): void;
}

/**
 * Limits a whole request to `ms`. got's own limit has no effect while the agent connects through a proxy, because got
 * has no socket to destroy yet.
 */
export function deadline(ms: number, outer: AbortSignal, after: Clock['after']): Deadline {
  const controller = new AbortController();
  const stopTimer = after(ms, () => {
    // got converts a reason with this name into its TimeoutError.
    controller.abort(new DOMException(`Timeout awaiting 'request' for ${ms}ms`, 'TimeoutError'));
  });
  const onAbort = (): void => controller.abort(outer.reason);
  outer.addEventListener('abort', onAbort, { once: true });
  if (outer.aborted) onAbort();
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    stopTimer,
    clear() {
      stopTimer();
      outer.removeEventListener('abort', onAbort);
    },
  };
}
