import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  /** Path and query as written on the wire. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came: a file, for example. */
  readonly bytes?: Buffer;
}

/** Handles the upgrade of a connection. `target`: path and query below the prefix of the server. */
export type Upgrade = (incoming: IncomingMessage, socket: Socket, head: Buffer, target: string) => void;

/** Handles a request. It may leave the response open. */
export type Reply = (
  response: ServerResponse,
  request: RecordedRequest,
  socket: Socket,
) => void | Promise<void>;

export interface CoderServer {
  /** Includes the path prefix, without a trailing slash. */
  readonly url: string;
  readonly origin: string;
  /** Oldest first; without those for Chats, unless the server has routes for them. */
  readonly requests: readonly RecordedRequest[];
  /** Connections opened so far. */
  readonly connections: number;
  /**
   * Answers `method` at `path` (below the prefix, percent-encoded; without a query it matches any). Several replies are
   * used in turn, the last one repeatedly.
   */
  on(method: string, path: string, ...replies: readonly Reply[]): void;
  /** Resolves after `count` requests in all. */
  waitForRequests(count: number): Promise<void>;
  /** Stops listening and closes all connections. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export interface CoderServerOptions {
  /** Such as `/coder`. */
  readonly prefix?: string;
  /** PEM. Serves HTTPS with them. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Answers requests without a route. Default: 404. */
  readonly fallback?: Reply;
  /** Handles upgrades to WebSocket. Default: 404. */
  readonly upgrade?: Upgrade;
}

const CHATS_PATH = /^\/api\/(?:v2|experimental)\/chats(?:[/?]|$)/u;

/** A real HTTP server on a free port. Answers 404 as Coder does, except on routes set with `on`. */
export async function startCoderServer(options: CoderServerOptions = {}): Promise<CoderServer> {
  const prefix = options.prefix ?? '';
  const routes = new Map<string, Reply[]>();
  const requests: RecordedRequest[] = [];
  const waiting = new Set<() => void>();
  let connections = 0;

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const target = incoming.url ?? '';
    const bytes = Buffer.concat(chunks);
    const request: RecordedRequest = {
      method: incoming.method ?? '',
      target,
      headers: incoming.headers,
      body: bytes.toString('utf8'),
      bytes,
    };
    const below = target.startsWith(prefix) ? target.slice(prefix.length) : '';
    const found =
      routes.get(`${request.method} ${below}`) ?? routes.get(`${request.method} ${below.split('?')[0]}`);
    // A server without Chats: the probe for them is not what a test counts.
    if (found === undefined && options.fallback === undefined && CHATS_PATH.test(below))
      return void routeNotFound(response, request, incoming.socket);
    requests.push(request);
    for (const wake of waiting) wake();
    const replies = found ?? [];
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? options.fallback ?? routeNotFound;
    await reply(response, request, incoming.socket);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    // Some tests close the client in the middle of a request.
    answer(incoming, response).catch(() => response.destroy());
  };
  const server =
    options.tls === undefined ? createServer(listener) : createTlsServer({ ...options.tls }, listener);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  const upgraded = new Set<Socket>();
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    socket.on('error', () => undefined);
    const target = incoming.url ?? '';
    const below = target.startsWith(prefix) ? target.slice(prefix.length) : '';
    if (options.upgrade !== undefined) options.upgrade(incoming, socket, head, below);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  // Coder does not close idle connections. Node does after 5 s, which changes the count of connections.
  server.keepAliveTimeout = 0;
  const host = options.host ?? '127.0.0.1';
  const listen = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const origin = `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    });

  return {
    url: origin + prefix,
    origin,
    requests,
    get connections() {
      return connections;
    },
    on(method, path, ...replies) {
      routes.set(`${method} ${path}`, [...replies]);
    },
    waitForRequests(count) {
      return new Promise((resolve) => {
        const check = () => {
          if (requests.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    },
    down,
    up: () => listen(port),
    close: down,
  };
}

/** JSON with a trailing newline, as Coder sends it. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(`${JSON.stringify(body)}\n`);
  };

export const raw =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

export const empty = (status: number): Reply => raw(status, '');

/** An HTML page, as from a dashboard, a proxy or a sign-in. */
export const html = (status: number): Reply =>
  raw(status, '<!doctype html>\n<title>Welcome</title>', { 'content-type': 'text/html; charset=utf-8' });

export const redirect = (status: number, location: string): Reply => raw(status, '', { location });

/** Never answers. */
export const hang: Reply = () => undefined;

/** Resets the connection (TCP RST) before any byte of the response. */
export const reset: Reply = (_response, _request, socket) => {
  socket.resetAndDestroy();
};

/** Sends less than its Content-Length, then closes the connection. */
export const truncatedReply =
  (body: string): Reply =>
  (response, _request, socket) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 100 });
    response.write(body, () => socket.destroy());
  };

/** Sends one byte every `everyMs`, without an end. */
export const trickle =
  (everyMs: number): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };

export const routeNotFound: Reply = json(404, { message: 'Route not found.' });
