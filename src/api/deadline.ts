import type { Clock } from '../domain/ports/clock.ts';

/** A signal that ends with another one, or after a time. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Neither time nor the other signal count any more. Call it always. */
  clear(): void;
  /** Ends it now. */
  abort(): void;
  /** Time does not count any more; the other signal still does. */
  stopTimer(): void;
}

/**
 * The limit for a whole request, ms. got has one of its own, which waits for a connection to be destroyed: while an
 * agent is still making a way through a proxy there is none, and got would wait as long as the proxy likes.
 */
export function deadline(ms: number, outer: AbortSignal, after: Clock['after']): Deadline {
  const controller = new AbortController();
  const stopTimer = after(ms, () => {
    // got turns a reason of this name into its own TimeoutError.
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
