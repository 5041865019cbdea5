import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { Agent } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { isHandshaking } from './handshake.ts';
import type { Timeouts } from './timeouts.ts';

/** When the next address is tried beside one that has not answered, ms: RFC 8305, section 5. */
const NEXT_AFTER_MS = 250;

/** No connection in time. `event` is the phase that took too long, as got names it. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'ETIMEDOUT';
  readonly event: keyof ConnectTimeouts;

  constructor(event: keyof ConnectTimeouts, ms: number) {
    super(`Timeout awaiting '${event}' for ${ms}ms`);
    this.event = event;
  }
}

export type ConnectTimeouts = Pick<Timeouts, 'lookup' | 'connect' | 'secureConnect'>;

type Lookup = typeof systemLookup;
type Open = (address: LookupAddress) => Socket;

/**
 * Has the agent connect to the address of a host that accepts first. The addresses are tried one beside the other, each
 * with the whole time for connecting. Node by itself gives up every address but the last after 250 ms, so that a host far
 * away is never reached if its last address is a dead one (nodejs/node#54359).
 */
export function happyEyeballs<Kind extends Agent>(agent: Kind, limits: ConnectTimeouts): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, ready) => {
    const { host, lookup = systemLookup } = options;
    if (ready === undefined || typeof host !== 'string' || isIP(host) !== 0) return connect(options, ready);
    // Without a proxy the agent returns the socket at once.
    const open: Open = ({ address }) => connect({ ...options, host: address }) as Socket;
    addressesOf(host, lookup as Lookup, limits.lookup)
      // got limits the connect and the handshake of a single address, whose socket it gets while that still connects.
      .then(([only, ...more]) => (more.length === 0 ? open(only) : race([only, ...more], open, limits)))
      .then(
        (socket) => ready(null, socket),
        (error: Error) => (ready as (error: Error) => void)(error),
      );
    return undefined;
  };
  return agent;
}

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

function addressesOf(host: string, lookup: Lookup, limitMs: number): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new ConnectTimeout('lookup', limitMs)), limitMs);
    lookup(host, { all: true }, (error, addresses) => {
      clearTimeout(limit);
      const [first, ...others] = error === null ? alternating(addresses) : [];
      if (first === undefined) reject(error ?? new Error(`${host} has no address.`));
      else resolve([first, ...others]);
    });
  });
}

/** Resolves to the first socket that connects. Rejects when none can, or the time for connecting is over. */
function race(addresses: Addresses, open: Open, limits: ConnectTimeouts): Promise<Socket> {
  const waiting = [...addresses];
  const trying = new Set<Socket>();
  const errors: Error[] = [];
  let next: NodeJS.Timeout | undefined;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      end();
      reject(new ConnectTimeout('connect', limits.connect));
    }, limits.connect);
    const end = (): void => {
      clearTimeout(limit);
      clearTimeout(next);
      for (const loser of trying) loser.destroy();
    };
    const tryNext = (): void => {
      clearTimeout(next);
      const address = waiting.shift();
      if (address === undefined) return;
      const socket = open(address);
      trying.add(socket);
      const lose = (error: Error): void => {
        trying.delete(socket);
        errors.push(error);
        if (waiting.length > 0) return tryNext();
        if (trying.size > 0) return;
        end();
        reject(mostTelling(errors));
      };
      const win = (): void => {
        socket.removeListener('error', lose);
        trying.delete(socket);
        end();
        limitHandshake(socket, limits.secureConnect);
        resolve(socket);
      };
      socket.once('error', lose).once('connect', win);
      next = setTimeout(tryNext, NEXT_AFTER_MS);
    };
    tryNext();
  });
}

/**
 * Destroys a socket whose TLS handshake takes longer than `limitMs`. got limits only the handshake of a socket that it
 * gets before TCP connects.
 */
function limitHandshake(socket: Socket, limitMs: number): void {
  if (!isHandshaking(socket)) return;
  const limit = setTimeout(() => socket.destroy(new ConnectTimeout('secureConnect', limitMs)), limitMs);
  const clear = (): void => clearTimeout(limit);
  socket.once('secureConnect', clear).once('close', clear);
}

/** A family that this machine has no way for says less about the host than the answer of another address. */
const mostTelling = (errors: readonly Error[]): Error | undefined =>
  errors.find((error) => !('code' in error && NO_WAY.has(String(error.code)))) ?? errors[0];

const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** The families in turn, beginning with that of the first address: RFC 8305, section 4. */
function alternating(addresses: readonly LookupAddress[]): readonly LookupAddress[] {
  const isFirst = ({ family }: LookupAddress): boolean => family === addresses[0]?.family;
  const others = addresses.filter((address) => !isFirst(address));
  return addresses
    .filter(isFirst)
    .flatMap((address) => [address, ...others.splice(0, 1)])
    .concat(others);
}
