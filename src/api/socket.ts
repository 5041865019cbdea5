import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientOptions, RawData, WebSocket as WebSocketType } from 'ws';
import { BackendError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { isUpdateError } from '../domain/update-error.ts';
import type { ApiResponse } from './call.ts';
import type { Agents } from './network.ts';
import type { Timeouts } from './timeouts.ts';
import { limitUpgrade } from './upgrade-timeouts.ts';

/** A WebSocket of a deployment. */
export interface SocketRequest {
  /** Relative to the deployment's path, with a leading slash, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The server changes something when it opens: it marks the task as read. */
  readonly marksRead?: true;
}

/** A handler that throws ends the socket, which rejects with the thrown error. */
export interface SocketHandlers {
  /** The server accepted the upgrade. `send` writes one text message; after the end it does nothing. */
  onOpen?(send: (text: string) => void): void;
  onMessage(text: string): void;
}

/** A server that sends neither a frame nor a ping for this long counts as gone, ms. Coder pings every 15 s. */
export const SILENCE_MS = 60_000;

/** Coder sends at most 4 MiB; the rest is for the envelope of older servers. Bytes. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024 + 256 * 1024;

/** Of the body of a refused upgrade, bytes. */
const MAX_REFUSAL_BYTES = 256 * 1024;

/** After a close frame the server has this time to close the connection, ms. */
const CLOSE_MS = 1_000;

/** The server answered the upgrade with an HTTP response. */
export class RefusedUpgrade extends Error {
  override readonly name = 'RefusedUpgrade';
  readonly response: ApiResponse;

  constructor(response: ApiResponse) {
    super(`The server answered with status ${response.status}.`);
    this.response = response;
  }
}

/** The server broke the WebSocket protocol, or sent too large a message. */
export class InvalidFrames extends Error {
  override readonly name = 'InvalidFrames';
}

/** The server closed an open socket with an error. `reason` is untrusted text, and may be empty. */
export class ClosedByServer extends Error {
  override readonly name = 'ClosedByServer';
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`Closed with code ${code}.`);
    this.code = code;
    this.reason = reason;
  }
}

/** Silence for SILENCE_MS, or a sleep of the machine. */
export class SilentSocket extends Error {
  override readonly name = 'SilentSocket';
}

export interface SocketOptions {
  /** With http or https. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agents: Agents;
  readonly timeouts: Timeouts;
  readonly clock: Pick<Clock, 'after' | 'monotonic' | 'onSleep'>;
  /** Called with the headers of the answer to an accepted upgrade. */
  onUpgrade(headers: ApiResponse['headers']): void;
  /** Called with the code of the close (RFC 6455, 7.4.1; 1006: cut off). */
  onClose?(code: number): void;
}

/** Codes by which a server ends a socket without an error: normal, going away, and none (RFC 6455, 7.4.1). */
const NORMAL_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** The connection ended without a close frame. */
const NO_CLOSE_FRAME = 1006;

/**
 * Opens a WebSocket, follows no redirect, and resolves when the server ends it. Rejects with one of the classes above,
 * Node's error of the connection, or a BackendError `aborted` or `updated`. Leaves no timer and no connection behind. An
 * abort of an open socket ends all handlers at once, and rejects when the server closed it too, or after a second.
 */
export async function openWebSocket(
  options: SocketOptions,
  handlers: SocketHandlers,
  signal: AbortSignal,
): Promise<void> {
  const { WebSocket } = await import('./web-socket.ts').catch((cause: unknown) => {
    if (!isUpdateError(cause)) throw cause;
    throw new BackendError({ kind: 'updated', message: cause.message, tookEffect: 'no', cause });
  });
  if (signal.aborted) throw cancelled();
  const { url, headers, agents, timeouts, clock, onUpgrade, onClose } = options;
  return new Promise((resolve, reject) => {
    let connection: Socket | undefined;
    let limit = { stop: (): void => {} };
    let stopSilence = (): void => {};

    const agent = agents.https ?? agents.http;
    // `closeTimeout` is missing in the types.
    const socketOptions: ClientOptions & { readonly closeTimeout: number } = {
      ...(agent && { agent }),
      headers: { ...headers },
      followRedirects: false,
      // Parts are small, and compressing them delays each by a turn of the thread pool.
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      closeTimeout: CLOSE_MS,
      finishRequest(request: ClientRequest) {
        request.once('socket', (assigned) => {
          connection = assigned;
        });
        limit = limitUpgrade(request, timeouts, clock.after, fail);
        request.end();
      },
    };
    const webSocket: WebSocketType = new WebSocket(url, [], socketOptions);

    function stop(): void {
      limit.stop();
      stopSilence();
      signal.removeEventListener('abort', onAbort);
    }

    function fail(error: unknown): void {
      reject(signal.aborted ? cancelled() : error);
      stop();
      if (webSocket.readyState !== WebSocket.CLOSED) webSocket.terminate();
    }

    function onAbort(): void {
      if (webSocket.readyState !== WebSocket.OPEN) return fail(cancelled());
      stop();
      // The caller may wait until the server has seen the end.
      webSocket.close(1000);
    }

    /** Runs a handler, unless the socket has ended. */
    function run(handler: () => void): void {
      if (signal.aborted) return;
      try {
        handler();
      } catch (error) {
        fail(error);
      }
    }

    signal.addEventListener('abort', onAbort, { once: true });
    webSocket.on('unexpected-response', (_, response) => {
      readRefusal(response).then((refusal) => fail(new RefusedUpgrade(refusal)), fail);
    });
    webSocket.on('upgrade', (response) => onUpgrade(response.headers));
    webSocket.on('open', () => {
      limit.stop();
      stopSilence = limitSilence(connection, clock, () => fail(new SilentSocket('No frame arrived.')));
      run(() =>
        handlers.onOpen?.((text) => {
          if (webSocket.readyState === WebSocket.OPEN) webSocket.send(text);
        }),
      );
    });
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      // Coder's API has only text.
      if (!isBinary && webSocket.readyState === WebSocket.OPEN) run(() => handlers.onMessage(String(data)));
    });
    webSocket.on('error', (error) => {
      fail(
        'code' in error && String(error.code).startsWith('WS_ERR') ? new InvalidFrames(error.message) : error,
      );
    });
    webSocket.on('close', (code, reason) => {
      stop();
      onClose?.(code);
      if (signal.aborted) reject(cancelled());
      else if (NORMAL_CODES.has(code)) resolve();
      else if (code === NO_CLOSE_FRAME)
        reject(Object.assign(new Error('The connection was cut off.'), { code: 'ECONNRESET' }));
      else reject(new ClosedByServer(code, reason.toString()));
    });
  });
}

const cancelled = (): BackendError =>
  new BackendError({ kind: 'aborted', message: 'Cancelled.', tookEffect: 'no' });

/** The answer that refuses an upgrade, with the beginning of its body. */
function readRefusal(response: IncomingMessage): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (): void =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks).subarray(0, MAX_REFUSAL_BYTES),
      });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= MAX_REFUSAL_BYTES) finish();
    });
    response.once('end', finish);
    response.once('error', reject);
  });
}

/**
 * Calls `onSilence` when no byte arrived for SILENCE_MS, and after a sleep of the machine, in which a server or a NAT
 * drops the connection. Returns a function that stops it.
 */
function limitSilence(
  connection: Socket | undefined,
  { after, monotonic, onSleep }: SocketOptions['clock'],
  onSilence: () => void,
): () => void {
  let lastAt = monotonic();
  let stopTimer = (): void => {};
  // A large message can take longer than the limit.
  const onBytes = (): void => {
    lastAt = monotonic();
  };
  const check = (): void => {
    const rest = lastAt + SILENCE_MS - monotonic();
    if (rest > 0) stopTimer = after(rest, check);
    else onSilence();
  };
  connection?.on('data', onBytes);
  check();
  const stopOnSleep = onSleep(onSilence);
  return () => {
    stopTimer();
    stopOnSleep();
    connection?.removeListener('data', onBytes);
  };
}
