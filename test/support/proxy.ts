import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ProxyServer {
  /** Includes user name and password if the proxy requires them. */
  readonly url: string;
  readonly host: string;
  /** Oldest first, such as `CONNECT coder.test:443`, `GET http://coder.test/api/…`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Port of 127.0.0.1 that receives all requests, for any host. */
  readonly to: number;
  /** `user:password`, percent-encoded. The proxy answers others with 407. */
  readonly auth?: string;
  /** How CONNECT fails: with a status, without an answer, or with a closed connection. */
  readonly refuse?: number | 'hang' | 'close';
}

/** A real proxy on a free port of 127.0.0.1, for CONNECT and for absolute URLs. */
export async function startProxy({ to, auth, refuse }: ProxyOptions): Promise<ProxyServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const expected =
    auth === undefined ? undefined : `Basic ${Buffer.from(decodeURIComponent(auth)).toString('base64')}`;
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    const { pathname, search } = new URL(incoming.url ?? '');
    const onward = request(
      {
        host: '127.0.0.1',
        port: to,
        path: pathname + search,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming, socket: Socket) => {
    requests.push(`CONNECT ${incoming.url}`);
    socket.on('error', () => undefined);
    if (refuse === 'hang') return;
    if (refuse === 'close') return void socket.end();
    const status = incoming.headers['proxy-authorization'] === expected ? refuse : 407;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${auth === undefined ? '' : `${auth}@`}${host}`,
    host,
    requests,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
