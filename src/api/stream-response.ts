import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Progress, Request, Response } from 'got';
import { type ApiResponse, type BodyConsumer, collectBody } from './call.ts';

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

/**
 * The response to a got request. Passes its bytes to `consumer` as they arrive, and uncompressed ones around got, which
 * would keep every chunk, join them and copy the result. The body of an error status does not go to `consumer`. Rejects
 * with got's errors.
 */
export function streamResponse(
  firstRequest: Request,
  consumer: BodyConsumer,
  onProgress: (progress: Pick<Progress, 'transferred'>) => void,
): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const attach = (request: Request): void => {
      let head: Omit<ApiResponse, 'body'> | null = null;
      let target: BodyConsumer | null = null;
      let transferred = 0;
      const startConsumer = (status: number): BodyConsumer => {
        const chosen = isSuccess(status) ? consumer : collectBody();
        chosen.start();
        return chosen;
      };
      request.once('request', (sent: ClientRequest) => {
        sent.prependOnceListener('response', (incoming: IncomingMessage) => {
          const { statusCode = 0, headers } = incoming;
          if (!isSuccess(statusCode) || headers['content-encoding'] !== undefined) return;
          const direct = startConsumer(statusCode);
          target = direct;
          divertBody(incoming, (bytes) => {
            transferred += bytes.length;
            direct.write(bytes);
            onProgress({ transferred });
          });
        });
      });
      request.once('response', ({ statusCode: status, headers }: Response) => {
        head = { status, headers };
        target ??= startConsumer(status);
      });
      request.on('downloadProgress', onProgress);
      request.on('data', (chunk: Uint8Array) => target?.write(chunk));
      request.once('end', () => {
        try {
          if (head !== null && target !== null) resolve({ ...head, body: target.end() });
        } catch (error) {
          reject(error);
        }
      });
      // got does not know of the bytes that bypassed it: after the first byte a retry would repeat them.
      request.once('retry', (_count, error, createRetry) => {
        if (transferred > 0) reject(error);
        else attach(createRetry());
      });
      request.once('error', reject);
    };
    attach(firstRequest);
  });
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299;
