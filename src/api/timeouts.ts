import type { Clock } from '../domain/ports/clock.ts';

/** Maximum duration of each phase of a request, ms. */
export interface Timeouts {
  /** DNS. */
  readonly lookup: number;
  readonly connect: number;
  /** The TLS handshake. */
  readonly secureConnect: number;
  /** Writing the request. */
  readonly send: number;
  /** From the end of the request to the first byte of the response. */
  readonly response: number;
  /** Silence on the connection, at any point. */
  readonly socket: number;
  /** All phases together. */
  readonly request: number;
  /** Instead of `send` and `request` for the upload of a file. */
  readonly upload: number;
}

/**
 * Coder waits up to 30 s for a workspace before it answers a read of the logs with 502: `response` is longer, so that
 * its message arrives. `request` leaves time for some megabytes on a slow connection, `upload` for 10 MiB at 0.3 Mbit/s.
 */
export const defaultTimeouts: Timeouts = {
  lookup: 5_000,
  connect: 10_000,
  secureConnect: 10_000,
  send: 20_000,
  response: 35_000,
  socket: 40_000,
  request: 60_000,
  upload: 300_000,
};

/** The phases that got limits; `deadline` limits the total. */
export const phaseTimeouts = ({
  request: _,
  upload: __,
  ...phases
}: Timeouts): Omit<Timeouts, 'request' | 'upload'> => phases;

/** The limits of a request that uploads a file. `socket` still ends one that does not advance. */
export const uploadLimits = (timeouts: Timeouts): Timeouts => ({
  ...timeouts,
  send: timeouts.upload,
  request: timeouts.upload,
});

/** Without limits for the response, which may take an agent's whole turn. */
export const sendTimeouts = ({ lookup, connect, secureConnect, send }: Timeouts): Partial<Timeouts> => ({
  lookup,
  connect,
  secureConnect,
  send,
});

/** Maximum time until a request is sent, ms. */
export const sendTimeoutMs = ({ lookup, connect, secureConnect, send }: Timeouts): number =>
  lookup + connect + secureConnect + send;

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
