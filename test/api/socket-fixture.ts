import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the server does with an upgrade. `accept` completes it. */
export type OnUpgrade = (
  request: IncomingMessage,
  socket: Socket,
  accept: () => Promise<WebSocket>,
) => void | Promise<void>;

export interface SocketServer {
  readonly url: string;
  readonly port: number;
  /** Oldest first. */
  readonly upgrades: readonly IncomingMessage[];
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A real server of WebSockets on a free port of 127.0.0.1, which ends with the test. */
export async function socketServer(
  onUpgrade: OnUpgrade,
  tls?: { readonly key: string; readonly cert: string },
): Promise<SocketServer> {
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  const sockets = new WebSocketServer({ noServer: true });
  const upgrades: IncomingMessage[] = [];
  const connections = new Set<Socket>();
  server.on('request', (_, response) => response.writeHead(404).end());
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    // Sockets of a server stay half open.
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined).once('close', () => connections.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    upgrades.push(request);
    const accept = () =>
      new Promise<WebSocket>((resolve) =>
        sockets.handleUpgrade(request, socket, head, (accepted) => {
          accepted.on('error', () => undefined);
          resolve(accepted);
        }),
      );
    void onUpgrade(request, socket, accept);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, port, upgrades, connections };
}

/** An upgrade without an answer. */
export const ignore: OnUpgrade = (_, socket) => void socket.resume();

/** An upgrade that ends with an HTTP response. */
export const refuse =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): OnUpgrade =>
  (_, socket) => {
    const lines = Object.entries({ 'Content-Length': String(Buffer.byteLength(body)), ...headers });
    socket.end(
      `HTTP/1.1 ${status} No\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
  };

/** Resolves when the server has no open connection. */
export async function allClosed({ connections }: SocketServer): Promise<void> {
  for (const socket of connections)
    await new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', resolve)));
}
