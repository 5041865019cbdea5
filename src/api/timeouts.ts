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
}

/**
 * Coder waits up to 30 s for a workspace before it answers a read of the logs with 502: `response` is longer, so that
 * its message arrives. `request` leaves time for some megabytes on a slow connection.
 */
export const defaultTimeouts: Timeouts = {
  lookup: 5_000,
  connect: 10_000,
  secureConnect: 10_000,
  send: 20_000,
  response: 35_000,
  socket: 40_000,
  request: 60_000,
};

/** The phases that got limits; deadline.ts limits the total. */
export const phaseTimeouts = ({ request: _, ...phases }: Timeouts): Omit<Timeouts, 'request'> => phases;

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
