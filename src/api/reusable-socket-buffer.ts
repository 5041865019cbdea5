import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What Node takes for one read. */
const BUFFER_BYTES = 64 * 1024;

/** So much is taken before others have their turn: Node by itself takes up to 32 reads, 2 MB, before it looks at a key. */
const BYTES_PER_TURN = 4 * BUFFER_BYTES;

/** Connections whose bytes are looked at where they were received, and not kept by anybody. */
const divertedSockets = new WeakSet<object>();

/**
 * Has all that comes over a connection of this agent's received into one buffer. Node by itself makes another one for
 * every read: of a body of 10 MB that is as much garbage again as Node's parser makes of it, and full collections for it.
 */
export function reuseSocketBuffer<Kind extends Agent>(agent: Kind): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, ready) => {
    let bytesThisTurn = 0;
    const resumeReading = (): void => {
      // Whoever paused it lets it go on.
      if (socket != null && !socket.isPaused()) socket.read(0);
    };
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback(length: number, buffer: Uint8Array): boolean {
        const bytes = buffer.subarray(0, length);
        const isInPlace = socket != null && divertedSockets.has(socket);
        // As the socket would without a buffer of ours; it pauses and goes on as ever.
        socket?.emit('data', isInPlace ? bytes : Buffer.from(bytes));
        bytesThisTurn += length;
        if (bytesThisTurn < BYTES_PER_TURN) return true;
        bytesThisTurn = 0;
        setImmediate(resumeReading);
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
export function divertBody(response: IncomingMessage, consume: (bytes: Uint8Array) => void): void {
  const socket: Socket = response.socket;
  const push = response.push.bind(response);
  divertedSockets.add(socket);
  response.push = (bytes: Uint8Array | null) => {
    if (bytes === null) {
      divertedSockets.delete(socket);
      return push(null);
    }
    consume(bytes);
    return true;
  };
}
