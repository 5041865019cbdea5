import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { Agent } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Timeouts } from './timeouts.ts';

/** Delay before the next address is tried in parallel, ms: RFC 8305, section 5. */
const ATTEMPT_DELAY_MS = 250;

/** The timeout of a phase. `event` is got's name of the phase. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'ETIMEDOUT';
  readonly event: keyof Timeouts;

  constructor(event: keyof Timeouts, ms: number) {
    super(`Timeout awaiting '${event}' for ${ms}ms`);
    this.event = event;
  }
}

export type ConnectTimeouts = Pick<Timeouts, 'lookup' | 'connect' | 'secureConnect'>;

type Lookup = typeof systemLookup;
type OpenSocket = (address: LookupAddress) => Socket;

/**
 * Makes the agent try all addresses of a host in parallel, each with the full connect timeout, and use the first that
 * accepts. Node drops every address but the last after 250 ms and then cannot reach a distant host whose last address
 * is dead (nodejs/node#54359).
 */
export function happyEyeballs<Kind extends Agent>(agent: Kind, limits: ConnectTimeouts): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, ready) => {
    const { host, lookup = systemLookup } = options;
    if (ready === undefined || typeof host !== 'string' || isIP(host) !== 0) return connect(options, ready);
    // Without a proxy the agent returns the socket at once.
    const open: OpenSocket = ({ address }) => connect({ ...options, host: address }) as Socket;
    lookupAddresses(host, lookup as Lookup, limits.lookup)
      // got gets the socket of a single address before it connects, and applies its own limits.
      .then(([only, ...more]) =>
        more.length === 0 ? open(only) : connectToFirst([only, ...more], open, limits),
      )
      .then(
        (socket) => ready(null, socket),
        (error: Error) => (ready as (error: Error) => void)(error),
      );
    return undefined;
  };
  return agent;
}

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

function lookupAddresses(host: string, lookup: Lookup, limitMs: number): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new ConnectTimeout('lookup', limitMs)), limitMs);
    lookup(host, { all: true }, (error, addresses) => {
      clearTimeout(limit);
      const [first, ...others] = error === null ? alternateFamilies(addresses) : [];
      if (first === undefined) reject(error ?? new Error(`${host} has no address.`));
      else resolve([first, ...others]);
    });
  });
}

/** Resolves to the first socket that connects. Rejects when all fail or after the connect timeout. */
function connectToFirst(addresses: Addresses, open: OpenSocket, limits: ConnectTimeouts): Promise<Socket> {
  const remaining = [...addresses];
  const pending = new Set<Socket>();
  const errors: Error[] = [];
  let nextTimer: NodeJS.Timeout | undefined;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      cleanUp();
      reject(new ConnectTimeout('connect', limits.connect));
    }, limits.connect);
    const cleanUp = (): void => {
      clearTimeout(limit);
      clearTimeout(nextTimer);
      for (const loser of pending) loser.destroy();
    };
    const tryNext = (): void => {
      clearTimeout(nextTimer);
      const address = remaining.shift();
      if (address === undefined) return;
      const socket = open(address);
      pending.add(socket);
      const onError = (error: Error): void => {
        pending.delete(socket);
        errors.push(error);
        if (remaining.length > 0) return tryNext();
        if (pending.size > 0) return;
        cleanUp();
        reject(mostSpecificError(errors));
      };
      const onConnect = (): void => {
        socket.removeListener('error', onError);
        pending.delete(socket);
        cleanUp();
        limitHandshake(socket, limits.secureConnect);
        resolve(socket);
      };
      socket.once('error', onError).once('connect', onConnect);
      nextTimer = setTimeout(tryNext, ATTEMPT_DELAY_MS);
    };
    tryNext();
  });
}

/**
 * Destroys a socket whose TLS handshake exceeds `limitMs`. got limits it only for a socket that it gets before TCP
 * connects.
 */
function limitHandshake(socket: Socket, limitMs: number): void {
  if (!isHandshaking(socket)) return;
  const limit = setTimeout(() => socket.destroy(new ConnectTimeout('secureConnect', limitMs)), limitMs);
  const clear = (): void => clearTimeout(limit);
  socket.once('secureConnect', clear).once('close', clear);
}

/** Prefers an error of the host to one about an address family that this machine cannot route. */
const mostSpecificError = (errors: readonly Error[]): Error | undefined =>
  errors.find((error) => !('code' in error && UNREACHABLE_CODES.has(String(error.code)))) ?? errors[0];

const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
]);

/** Alternates IPv4 and IPv6, starting with the family of the first address: RFC 8305, section 4. */
function alternateFamilies(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  const isFirst = ({ family }: LookupAddress): boolean => family === addresses[0]?.family;
  const others = addresses.filter((address) => !isFirst(address));
  return addresses
    .filter(isFirst)
    .flatMap((address) => [address, ...others.splice(0, 1)])
    .concat(others);
}

/**
 * Whether the TLS handshake has not completed, so that no byte of a request was sent. Stays true for a socket that
 * closed before. False without TLS.
 */
export const isHandshaking = (socket: Socket): boolean =>
  'secureConnecting' in socket && socket.secureConnecting === true;
