import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What Node takes for one read. */
const ROOM = 64 * 1024;

/** So much is taken before others have their turn: Node by itself takes up to 32 reads, 2 MB, before it looks at a key. */
const A_TURN = 4 * ROOM;

/** Connections whose bytes are looked at where they were received, and not kept by anybody. */
const inPlace = new WeakSet<object>();

/**
 * Has all that comes over a connection of this agent's received into one buffer. Node by itself makes another one for
 * every read: of a body of 10 MB that is as much garbage again as Node's parser makes of it, and full collections for it.
 */
export function receivingInPlace<Kind extends Agent>(agent: Kind): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, ready) => {
    let taken = 0;
    const goOn = (): void => {
      // Whoever paused it lets it go on.
      if (socket != null && !socket.isPaused()) socket.read(0);
    };
    const onread = {
      buffer: Buffer.allocUnsafeSlow(ROOM),
      callback(length: number, buffer: Uint8Array): boolean {
        const bytes = buffer.subarray(0, length);
        const isInPlace = socket != null && inPlace.has(socket);
        // As the socket would without a buffer of ours; it pauses and goes on as ever.
        socket?.emit('data', isInPlace ? bytes : Buffer.from(bytes));
        taken += length;
        if (taken < A_TURN) return true;
        taken = 0;
        setImmediate(goOn);
        return false;
      },
    };
    const socket = connect({ ...options, onread } as typeof options, ready);
    return socket;
  };
  return agent;
}

/**
 * Hands the bytes of a body to `take` at once and to nobody else: the answer itself then is an empty one, which ends when the body
 * does, or fails with it. They may be written over as soon as `take` returns.
 */
export function takeInPlace(answer: IncomingMessage, take: (bytes: Uint8Array) => void): void {
  const socket: Socket = answer.socket;
  const push = answer.push.bind(answer);
  inPlace.add(socket);
  answer.push = (bytes: Uint8Array | null) => {
    if (bytes === null) {
      inPlace.delete(socket);
      return push(null);
    }
    take(bytes);
    return true;
  };
}
