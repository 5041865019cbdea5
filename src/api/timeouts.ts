/** How long each phase of a request may last, ms. */
export interface Timeouts {
  /** Finding the host's address. */
  readonly lookup: number;
  readonly connect: number;
  /** The TLS handshake. */
  readonly secureConnect: number;
  /** Writing the request. */
  readonly send: number;
  /** From the end of the request to the first byte of the answer. */
  readonly response: number;
  /** Silence on the connection, at any point. */
  readonly socket: number;
  /** Everything together. */
  readonly request: number;
}

/**
 * Coder itself waits up to 30 s for a workspace before it answers 502 to a read of the logs: the answer gets
 * a little more than that, so that its own words arrive. The total leaves time for some megabytes on a slow line.
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

/** Those that got watches; the total is watched apart, see deadline.ts. */
export const phaseTimeouts = ({ request: _, ...phases }: Timeouts): Omit<Timeouts, 'request'> => phases;

/** For requests whose answer may take as long as an agent's whole turn: getting there is timed, the answer is not. */
export const sendTimeouts = ({ lookup, connect, secureConnect, send }: Timeouts): Partial<Timeouts> => ({
  lookup,
  connect,
  secureConnect,
  send,
});

/** The longest that it may take until a request is written, ms. */
export const sendTimeoutMs = ({ lookup, connect, secureConnect, send }: Timeouts): number =>
  lookup + connect + secureConnect + send;
