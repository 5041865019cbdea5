import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Node's own size of one read. */
const BUFFER_BYTES = 64 * 1024;

/** Maximum bytes before the event loop runs. Node's default is up to 32 reads (2 MB), during which keys wait. */
const BYTES_PER_TURN = 4 * BUFFER_BYTES;

/** Sockets whose bytes need no copy: their consumer does not keep them. */
const divertedSockets = new WeakSet<object>();

/**
 * Makes each connection of the agent receive into one buffer. Node allocates a buffer for every read, which doubles the
 * garbage of a large body and causes full collections.
 */
export function reuseSocketBuffer<Kind extends Agent>(agent: Kind): Kind {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, ready) => {
    let bytesThisTurn = 0;
    const resumeReading = (): void => {
      // A paused socket is resumed by the code that paused it.
      if (socket != null && !socket.isPaused()) socket.read(0);
    };
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback(length: number, buffer: Uint8Array): boolean {
        const bytes = buffer.subarray(0, length);
        const isInPlace = socket != null && divertedSockets.has(socket);
        // Node does the same without `onread`.
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
 * Passes the bytes of a body to `consume` only: the response itself becomes empty, and ends or fails with the body. The
 * memory of the bytes is reused after `consume` returns.
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
