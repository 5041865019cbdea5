import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { blackHole } from '../support/black-hole.ts';
import type { FlatBackend } from '../support/flat-backend.ts';
import { ada, authorityFile, backendAt, coderServer, errorOf, neverAborted, tls } from './api-fixture.ts';
import { TASK_ID } from './response-bodies.ts';

/** Loopback addresses; only Linux has them all without configuration. */
const [HOLE, SERVER, REFUSING] = ['127.0.0.2', '127.0.0.4', '127.0.0.5'];
const resolver = vi.hoisted(() => ({ addresses: [] as string[], afterwards: (): void => undefined }));

vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (_host: string, _options: unknown, found: (error: null, all: LookupAddress[]) => void) =>
    void setImmediate(() => {
      found(
        null,
        resolver.addresses.map((address) => ({ address, family: 4 })),
      );
      resolver.afterwards();
    }),
}));

/** A TCP server at `SERVER` that calls `reply` when the handshake starts. */
async function tcpServer(reply: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const connected = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    connected.resolve();
    socket.on('error', () => undefined).resume();
    socket.once('data', () => {
      started.resolve();
      reply(socket);
    });
  }).listen(0, SERVER);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `coder.test:${port}`;
  return { url: `https://${host}`, host, sockets, connected: connected.promise, started: started.promise };
}

const newTask = { templateVersionId: 'v', prompt: 'x' } as const;
const silence = (): void => undefined;
/** Resolves when the client has closed every connection. */
const allClosed = (sockets: readonly Socket[]) =>
  Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));

describe.runIf(process.platform === 'linux').each([
  ['one address', [SERVER]],
  ['two addresses', [SERVER, REFUSING]],
  ['two addresses, the first of which refuses', [REFUSING, SERVER]],
])('the TLS handshake with a host of %s', (_, addresses) => {
  beforeEach(() => {
    resolver.addresses = addresses;
  });

  test.each<[string, (backend: FlatBackend) => Promise<unknown>]>([
    ['message', (backend) => backend.send(ada, 'x', neverAborted())],
    ['new task', (backend) => backend.create(newTask, neverAborted())],
    ['pause', (backend) => backend.pause(ada, neverAborted())],
    ['deletion', (backend) => backend.remove(ada, neverAborted())],
    ['read', (backend) => backend.get(ada, neverAborted())],
  ])('that the server never answers: a %s had no effect', async (_call, call) => {
    const server = await tcpServer(silence);
    const backend = backendAt(server, { timeouts: { secureConnect: 60, send: 5_000 } });
    expect(await errorOf(call(backend))).toMatchObject({
      kind: 'timeout',
      tookEffect: 'no',
      message: `${server.host} did not accept a connection within 0.06 s.`,
      hint: 'Check http or https in the URL, and the proxies in front of the server.',
    });
    await allClosed(server.sockets);
  });

  test('that the server breaks off: a message was not sent', async () => {
    const server = await tcpServer((socket) => socket.resetAndDestroy());
    const error = await errorOf(backendAt(server).send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toMatch(/cut off/);
  });

  test('that the server answers without TLS: a message was not sent', async () => {
    const server = await tcpServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const error = await errorOf(backendAt(server).send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({
      kind: 'unreachable',
      tookEffect: 'no',
      hint: 'Check http or https in the URL.',
    });
    expect(error.message).toMatch(/^Cannot open a secure connection to coder\.test/);
  });

  test('whose certificate is not trusted: a message was not sent', async () => {
    const server = await coderServer({ tls, host: SERVER });
    const url = server.url.replace(SERVER, 'coder.test');
    const error = await errorOf(backendAt({ url }).send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toMatch(/^Cannot trust the certificate of coder\.test:\d+/);
    expect(error.hint).toMatch(/SSL_CERT_FILE/);
    expect(server.requests).toEqual([]);
  });

  test('during which the user cancels: a message was not sent, and no connection is left', async () => {
    const server = await tcpServer(silence);
    const cancel = new AbortController();
    const sent = errorOf(backendAt(server).send(ada, 'x', cancel.signal));
    await server.started;
    cancel.abort();
    expect(await sent).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
    await allClosed(server.sockets);
  });
});

describe.runIf(process.platform === 'linux')('a request that the user cancels before TCP connects', () => {
  test.each<[string, string, (backend: FlatBackend, signal: AbortSignal) => Promise<unknown>]>([
    ['message', 'https', (backend, signal) => backend.send(ada, 'x', signal)],
    ['read', 'https', (backend, signal) => backend.get(ada, signal)],
    // Over HTTP, a read leaves a connection that later reads can use.
    ['message', 'http', (backend, signal) => backend.send(ada, 'x', signal)],
  ])('leaves no connection: a %s over %s', async (_call, scheme, call) => {
    const server = await tcpServer(silence);
    const url = server.url.replace('https', scheme);
    await blackHole(HOLE, Number(new URL(server.url).port));
    const cancel = new AbortController();
    resolver.addresses = [HOLE, SERVER];
    resolver.afterwards = () => cancel.abort();
    onTestFinished(() => {
      resolver.afterwards = () => undefined;
    });
    // The limit of the handshake would close the connection only after the test.
    const backend = backendAt({ url }, { timeouts: { secureConnect: 600_000 } });
    const error = await errorOf(call(backend, cancel.signal));
    expect(error).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
    await server.connected;
    expect(server.sockets).toHaveLength(1);
    await allClosed(server.sockets);
  });
});

test.runIf(process.platform === 'linux')(
  'the limit of a handshake that succeeded does not end the request',
  async () => {
    resolver.addresses = [SERVER, REFUSING];
    const server = await coderServer({ tls, host: SERVER });
    const url = server.url.replace(SERVER, 'coder.test');
    const backend = backendAt(
      { url },
      { env: { SSL_CERT_FILE: authorityFile }, timeouts: { secureConnect: 1_000, response: 1_500 } },
    );
    server.on('POST', `/api/v2/tasks/ada/${TASK_ID}/pause`, silence);
    expect(await errorOf(backend.pause(ada, neverAborted()))).toMatchObject({
      kind: 'timeout',
      tookEffect: 'maybe',
      message: expect.stringContaining('did not answer within 1.5 s'),
    });
  },
);
