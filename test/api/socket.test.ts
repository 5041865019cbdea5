import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type ConnectionOptions, createConnection } from '../../src/api/connection.ts';
import { SILENCE_MS, type SocketHandlers } from '../../src/api/socket.ts';
import { BackendError } from '../../src/domain/errors.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startProxy } from '../support/proxy.ts';
import { authorityFile, errorOf, neverAborted, TOKEN, tls } from './api-fixture.ts';
import {
  allClosed,
  ignore,
  type OnUpgrade,
  refuse,
  type SocketServer,
  socketServer,
} from './socket-fixture.ts';

const PATH = '/api/v2/chats/watch';

const connect = ({ url }: Pick<SocketServer, 'url'>, rest: Partial<ConnectionOptions> = {}) =>
  createConnection({ url, token: TOKEN, ...rest });

/** Opens a socket, and collects its messages. */
function open(
  server: Pick<SocketServer, 'url'>,
  {
    signal = neverAborted(),
    onOpen,
    ...rest
  }: Partial<ConnectionOptions> & Pick<SocketHandlers, 'onOpen'> & { readonly signal?: AbortSignal } = {},
) {
  const messages: string[] = [];
  const ended = connect(server, rest).openSocket(
    { path: PATH, query: { after_id: '7' } },
    { onMessage: (text) => messages.push(text), ...(onOpen && { onOpen }) },
    signal,
  );
  return { messages, ended };
}

/** Accepts every upgrade. */
const accepting =
  (onOpen: (socket: WebSocket) => void): OnUpgrade =>
  async (_, __, accept) =>
    onOpen(await accept());

it('passes on messages, and resolves when the server ends the socket', async () => {
  const server = await socketServer(
    accepting((socket) => {
      socket.send('one');
      socket.send(Buffer.from('binary'));
      socket.send('two');
      socket.close(1000);
    }),
  );
  const { messages, ended } = open(server);
  await ended;
  expect(messages).toEqual(['one', 'two']);
  await allClosed(server);
});

it('sends the token, the headers of the deployment and the query', async () => {
  const server = await socketServer(accepting((socket) => socket.close(1001)));
  await open(server, { headers: { 'x-proxy': 'yes' }, userAgent: 'taskdeck/1' }).ended;
  const [upgrade] = server.upgrades;
  expect(upgrade?.url).toBe(`${PATH}?after_id=7`);
  expect(upgrade?.headers).toMatchObject({
    'coder-session-token': TOKEN,
    'x-proxy': 'yes',
    'user-agent': 'taskdeck/1',
  });
  expect(upgrade?.headers['sec-websocket-extensions']).toBeUndefined();
});

it('writes messages once it is open', async () => {
  const received = Promise.withResolvers<string>();
  const server = await socketServer(
    accepting((socket) =>
      socket.on('message', (data) => {
        received.resolve(String(data));
        socket.close();
      }),
    ),
  );
  const { ended } = open(server, { onOpen: (send) => send('{"type":"refresh"}') });
  expect(await received.promise).toBe('{"type":"refresh"}');
  await ended;
});

const coder = (message: string) => JSON.stringify({ message });

it.each([
  ['401', refuse(401, coder('You are signed out.')), { kind: 'signed-out', message: 'You are signed out.' }],
  ['403', refuse(403, coder('Forbidden.')), { kind: 'forbidden', message: 'Forbidden.' }],
  [
    '404',
    refuse(404, coder('Route not found.')),
    { kind: 'not-found', message: 'Route not found.', status: 404 },
  ],
  ['400', refuse(400, coder('Chat has no workspace to watch.')), { kind: 'invalid' }],
  [
    '429',
    refuse(429, coder('Slow down.'), { 'Retry-After': '7' }),
    { kind: 'rate-limited', retryAfterMs: 7000 },
  ],
  ['503', refuse(503, coder('No.')), { kind: 'server', message: 'No.', status: 503 }],
  [
    'a redirect',
    refuse(302, '', { Location: 'https://elsewhere.test/' }),
    { kind: 'not-coder', status: 302 },
  ],
  [
    'a page of a proxy',
    refuse(200, '<html>Sign in</html>', { 'Content-Type': 'text/html' }),
    { kind: 'not-coder' },
  ],
  ['a page with status 403', refuse(403, '<html>No</html>'), { kind: 'not-coder' }],
  ['an upgrade removed by a proxy', refuse(426, 'Upgrade Required'), { kind: 'server', status: 426 }],
  ['data instead of a socket', refuse(200, '{}'), { kind: 'server', status: 200 }],
  ['an endless body', refuse(500, 'x'.repeat(300_000), { 'Content-Length': '900000' }), { kind: 'server' }],
  [
    'a wrong key',
    refuse(101, '', { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': 'x' }),
    { kind: 'server' },
  ],
  ['no answer', (_, socket) => void socket.destroy(), { kind: 'unreachable' }],
] as const satisfies readonly (readonly [string, OnUpgrade, object])[])(
  'rejects a refused upgrade: %s',
  async (_, onUpgrade, expected) => {
    const server = await socketServer(onUpgrade);
    expect(await errorOf(open(server).ended)).toMatchObject({ ...expected, tookEffect: 'no' });
    await allClosed(server);
  },
);

it('names no secret in the error of a refused upgrade', async () => {
  const server = await socketServer(refuse(403, coder(`The token ${TOKEN} may not.`)));
  expect((await errorOf(open(server).ended)).message).toBe('The token … may not.');
});

it('loads the headers again after a page of a proxy', async () => {
  const server = await socketServer(refuse(302, '', { Location: '/sign-in' }));
  let loads = 0;
  const connection = connect(server, { headers: async () => ({ 'x-load': String(++loads) }) });
  for (const _ of [1, 2])
    await errorOf(connection.openSocket({ path: PATH }, { onMessage: () => undefined }, neverAborted()));
  expect(server.upgrades.map(({ headers }) => headers['x-load'])).toEqual(['1', '2']);
});

it('reports a refused connection', async () => {
  const server = await socketServer(ignore);
  const url = server.url.replace(String(server.port), '1');
  expect(await errorOf(open({ url }).ended)).toMatchObject({
    kind: 'unreachable',
    message: 'Cannot connect to 127.0.0.1:1: connection refused.',
  });
});

it('trusts the certificates of the deployment, and no other', async () => {
  const server = await socketServer(
    accepting((socket) => socket.close(1000)),
    tls,
  );
  expect(await errorOf(open(server).ended)).toMatchObject({ kind: 'unreachable' });
  await open(server, { env: { SSL_CERT_FILE: authorityFile } }).ended;
});

it('connects through the proxy', async () => {
  const server = await socketServer(
    accepting((socket) => {
      socket.send('through');
      socket.close(1000);
    }),
    tls,
  );
  const proxy = await startProxy({ to: server.port });
  const env = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authorityFile };
  const { messages, ended } = open({ url: 'https://coder.test' }, { env });
  await ended;
  expect(messages).toEqual(['through']);
  expect(proxy.requests).toEqual(['CONNECT coder.test:443']);
  await proxy.close();
});

it('reports a proxy that refuses', async () => {
  const proxy = await startProxy({ to: 1, refuse: 403 });
  const error = await errorOf(open({ url: 'https://coder.test' }, { env: { HTTPS_PROXY: proxy.url } }).ended);
  expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('(status 403)') });
  await proxy.close();
});

it('rejects when the connection is cut off', async () => {
  const server = await socketServer(accepting((socket) => socket.terminate()));
  expect(await errorOf(open(server).ended)).toMatchObject({ kind: 'unreachable' });
});

it('rejects when the server ends with an error', async () => {
  const server = await socketServer(accepting((socket) => socket.close(1011, 'Failed to sync.')));
  expect(await errorOf(open(server).ended)).toMatchObject({ kind: 'server', message: 'Failed to sync.' });
});

it('takes a message of 4 MiB, and ends at a larger one', async () => {
  const large = 'x'.repeat(4 * 1024 * 1024);
  const server = await socketServer(
    accepting((socket) => {
      socket.send(large);
      socket.send(large + large);
    }),
  );
  const { messages, ended } = open(server);
  expect(await errorOf(ended)).toMatchObject({ kind: 'bad-answer' });
  expect(messages.map(({ length }) => length)).toEqual([large.length]);
  await allClosed(server);
});

it('ends with the error of a handler', async () => {
  const server = await socketServer(accepting((socket) => socket.send('bad')));
  const error = new BackendError({ kind: 'bad-answer', message: 'Bad.', tookEffect: 'no' });
  const ended = connect(server).openSocket(
    { path: PATH },
    {
      onMessage: () => {
        throw error;
      },
    },
    neverAborted(),
  );
  expect(await errorOf(ended)).toBe(error);
  await allClosed(server);
});

it('times out when the server does not answer the upgrade', async () => {
  const clock = manualClock();
  const server = await socketServer(ignore);
  const { ended } = open(server, { clock });
  const failed = errorOf(ended);
  while (server.upgrades.length === 0) await clock.settle();
  await clock.advance(35_000);
  expect(await failed).toMatchObject({
    kind: 'timeout',
    message: `127.0.0.1:${server.port} did not answer within 35 s.`,
  });
  await allClosed(server);
  expect(clock.due).toEqual([]);
});

it('times out in a TLS handshake without an end', async () => {
  const clock = manualClock();
  const server = createServer((socket) => socket.resume());
  const connected = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const failed = errorOf(open({ url: `https://127.0.0.1:${port}` }, { clock }).ended);
  await connected;
  while (clock.due.length === 0 || (clock.due[0] ?? 0) > clock.now() + 10_000) await clock.settle();
  await clock.advance(10_000);
  expect(await failed).toMatchObject({
    kind: 'timeout',
    message: `127.0.0.1:${port} did not accept a connection within 10 s.`,
  });
  await new Promise((resolve) => server.close(resolve));
});

it('times out while an answer that refuses the upgrade has no end', async () => {
  const clock = manualClock();
  const server = await socketServer((_, socket) => {
    socket.resume().write('HTTP/1.1 500 No\r\nContent-Length: 50\r\n\r\nhalf');
  });
  const failed = errorOf(open(server, { clock }).ended);
  while (server.upgrades.length === 0) await clock.settle();
  await clock.advance(35_000);
  expect(await failed).toMatchObject({ kind: 'timeout' });
  await allClosed(server);
});

it('times out after a silence of 60 s, but not while the server pings', async () => {
  const clock = manualClock();
  let accepted: WebSocket | null = null;
  const server = await socketServer(
    accepting((socket) => {
      accepted = socket;
    }),
  );
  const opened = Promise.withResolvers<void>();
  const { ended } = open(server, { clock, onOpen: () => opened.resolve() });
  let isOver = false;
  const failed = errorOf(ended).finally(() => {
    isOver = true;
  });
  await opened.promise;
  await clock.advance(SILENCE_MS - 1_000);
  const socket = accepted as unknown as WebSocket;
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
  await clock.advance(SILENCE_MS - 1_000);
  expect(isOver).toBe(false);
  await clock.advance(1_000);
  expect(await failed).toMatchObject({ kind: 'timeout' });
  await allClosed(server);
  expect(clock.due).toEqual([]);
});

it('ends after a sleep of the machine', async () => {
  const clock = manualClock();
  const server = await socketServer(accepting(() => undefined));
  const opened = Promise.withResolvers<void>();
  const failed = errorOf(open(server, { clock, onOpen: () => opened.resolve() }).ended);
  await opened.promise;
  // A timer detects the sleep.
  clock.after(1_000, () => undefined);
  clock.sleep(3_600_000);
  await clock.advance(1_000);
  expect(await failed).toMatchObject({ kind: 'timeout' });
});

it.each([
  ['before it opens', ignore],
  ['while it is open', accepting((socket) => socket.send('open'))],
] as const)('closes at once when it is aborted %s', async (_, onUpgrade) => {
  const clock = manualClock();
  const server = await socketServer(onUpgrade);
  const controller = new AbortController();
  const { messages, ended } = open(server, { clock, signal: controller.signal });
  const failed = errorOf(ended);
  while (server.upgrades.length === 0) await clock.settle();
  if (onUpgrade !== ignore) while (messages.length === 0) await clock.settle();
  controller.abort();
  expect(await failed).toMatchObject({ kind: 'aborted' });
  expect(clock.due).toEqual([]);
  await allClosed(server);
});

it('ends for the server before the abort is over', async () => {
  let code = 0;
  const server = await socketServer(
    accepting((socket) => {
      socket.on('close', (received) => {
        code = received;
      });
      socket.send('open');
    }),
  );
  const controller = new AbortController();
  const { ended } = open(server, { signal: controller.signal, onOpen: () => controller.abort() });
  expect(await errorOf(ended)).toMatchObject({ kind: 'aborted' });
  await allClosed(server);
  expect(code).toBe(1000);
});

it('ends an abort without a server that closes too, and passes on nothing more', async () => {
  const server = await socketServer(
    accepting((socket) => {
      socket.send('one');
      socket.pause();
    }),
  );
  const controller = new AbortController();
  const opened = Promise.withResolvers<void>();
  const { ended, messages } = open(server, { signal: controller.signal, onOpen: () => opened.resolve() });
  await opened.promise;
  controller.abort();
  const { length } = messages;
  expect(await errorOf(ended)).toMatchObject({ kind: 'aborted' });
  expect(messages).toHaveLength(length);
});

it('opens nothing for a signal that is aborted already', async () => {
  const server = await socketServer(ignore);
  expect(await errorOf(open(server, { signal: AbortSignal.abort() }).ended)).toMatchObject({
    kind: 'aborted',
  });
  expect(server.connections.size).toBe(0);
});
