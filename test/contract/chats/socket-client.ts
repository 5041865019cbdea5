import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { CoderServer } from '../../support/coder-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: events of all shapes.
type WireEvent = any;

/** A plain client of one socket. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** Messages as parsed JSON, oldest first. */
  readonly frames: readonly WireEvent[];
  /** Events of all messages, without their envelopes. */
  readonly events: readonly WireEvent[];
  /** The types of the events, or their kinds. */
  readonly types: readonly string[];
  /** Every message but pings was an object with `type` and `data`. */
  readonly enveloped: boolean;
  /** WebSocket pings so far. */
  readonly pings: number;
  /** Messages of the type `ping` so far. */
  readonly jsonPings: number;
  /** Resolves when everything has arrived that the server wrote before it got a ping. */
  settled(): Promise<void>;
  /** Resolves as soon as the condition holds. */
  until(condition: (client: SocketClient) => boolean): Promise<void>;
  /** The code with which the socket closed. */
  readonly closed: Promise<number>;
  close(): Promise<number>;
}

export interface RefusedUpgrade {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of all shapes.
  readonly body: any;
}

interface SocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** False: the client answers no pings. */
  readonly autoPong?: boolean;
}

const HEADERS = { 'coder-session-token': 'token' };

/** Opens a socket until the current test ends. `path`: below the server's URL. Rejects when it is refused. */
export async function openSocket(
  { url }: Pick<CoderServer, 'url'>,
  path: string,
  { headers = HEADERS, autoPong = true }: SocketOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers, autoPong });
  const frames: WireEvent[] = [];
  const waiting = new Set<() => void>();
  let pings = 0;
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    wake();
  });
  socket.on('ping', () => {
    pings += 1;
    wake();
  });
  onTestFinished(() => socket.terminate());
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  const client: SocketClient = {
    socket,
    frames,
    get events() {
      return frames
        .filter((frame) => frame.type !== 'ping')
        .flatMap((frame) => (frame.type === 'data' ? frame.data : frame));
    },
    get enveloped() {
      return frames.every(({ type }) => type === 'data' || type === 'ping');
    },
    get jsonPings() {
      return frames.filter(({ type }) => type === 'ping').length;
    },
    get types() {
      return client.events.map(({ type, kind }) => type ?? kind);
    },
    get pings() {
      return pings;
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = () => {
          if (!condition(client)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    settled: () =>
      new Promise((resolve) => {
        socket.once('pong', () => resolve());
        socket.ping();
      }),
    closed,
    close() {
      socket.close();
      return closed;
    },
  };
  return client;
}

/** The plain answer to an upgrade that the server refuses. */
export function refusedUpgrade(
  { url }: Pick<CoderServer, 'url'>,
  path: string,
  { headers = HEADERS }: SocketOptions = {},
): Promise<RefusedUpgrade> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('The socket opened.')));
    socket.on('error', reject);
    socket.on('unexpected-response', async (_request, response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      const isJson = response.headers['content-type']?.startsWith('application/json') === true;
      resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
    });
  });
}
