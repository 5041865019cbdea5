import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query as written on the wire. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a route does with a request. It may also never end the response. */
export type Reply = (
  response: ServerResponse,
  request: RecordedRequest,
  socket: Socket,
) => void | Promise<void>;

export interface CoderServer {
  /** With the path prefix, without a slash at its end. */
  readonly url: string;
  readonly origin: string;
  /** Everything that was asked, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** How many connections were opened in all. */
  readonly connections: number;
  /**
   * Answers `method` at `path` (below the prefix, as on the wire; the query counts only if it is given here). Several
   * replies are used one after the other, the last one again and again.
   */
  on(method: string, path: string, ...replies: readonly Reply[]): void;
  /** Waits until `count` requests have arrived. */
  waitForRequests(count: number): Promise<void>;
  /** Listens no more, and ends what connections there are: whoever comes is refused. */
  down(): Promise<void>;
  /** Listens again, where it did. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export interface CoderServerOptions {
  /** A path that the deployment lives under, such as `/coder`. */
  readonly prefix?: string;
  /** PEM texts: serve TLS with them. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** An address of this machine. */
  readonly host?: string;
  /** For what no route was given for; else there is no such route. */
  readonly fallback?: Reply;
}

/** A real HTTP server on a free port of 127.0.0.1, if nothing else is said, that answers like Coder where nothing else was said: no such route. */
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
    const request: RecordedRequest = {
      method: incoming.method ?? '',
      target,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(request);
    for (const wake of waiting) wake();
    const below = target.startsWith(prefix) ? target.slice(prefix.length) : '';
    const replies =
      routes.get(`${request.method} ${below}`) ??
      routes.get(`${request.method} ${below.split('?')[0]}`) ??
      [];
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? options.fallback ?? routeNotFound;
    await reply(response, request, incoming.socket);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    // A client that goes away while it sends is part of what is tested here.
    answer(incoming, response).catch(() => response.destroy());
  };
  const server =
    options.tls === undefined ? createServer(listener) : createTlsServer({ ...options.tls }, listener);
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => undefined);
  // Coder does not close idle connections. Node would after 5 s, and tests that count connections would count again.
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
        const look = () => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    down,
    up: () => listen(port),
    close: down,
  };
}

/** JSON as Coder writes it, with the newline at the end. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(`${JSON.stringify(body)}\n`);
  };

/** Exactly this text. */
export const raw =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };

export const empty = (status: number): Reply => raw(status, '');

/** The page of a dashboard, a proxy or a sign-in. */
export const html = (status: number): Reply =>
  raw(status, '<!doctype html>\n<title>Welcome</title>', { 'content-type': 'text/html; charset=utf-8' });

export const redirect = (status: number, location: string): Reply => raw(status, '', { location });

/** Never answers; the client has to give up. */
export const hang: Reply = () => undefined;

/** Cuts the connection with a TCP reset before any answer. */
export const reset: Reply = (_response, _request, socket) => {
  socket.resetAndDestroy();
};

/** Promises more than it sends, then closes the connection. */
export const truncatedReply =
  (body: string): Reply =>
  (response, _request, socket) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length + 100 });
    response.write(body, () => socket.destroy());
  };

/** Sends a byte now and then, for ever. */
export const trickle =
  (everyMs: number): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };

export const routeNotFound: Reply = json(404, { message: 'Route not found.' });
