import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { BackendError } from '../../src/domain/errors.ts';
import {
  empty,
  hang,
  html,
  json,
  redirect,
  reset,
  trickle,
  truncatedReply,
} from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted, TOKEN, tls } from './api-fixture.ts';
import { TASK_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A TCP server that sends `text` to every client, or nothing. */
async function tcpServer(text?: string): Promise<{ url: string; host: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (text !== undefined) socket.end(text);
    closers.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}`, host };
}

/** An address without a listener: a port that was free a moment ago. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** The token must not be visible at any depth of the error. */
function expectNoSecret(error: BackendError): void {
  const printed = inspect(error, { depth: 20, showHidden: true, getters: true });
  expect(printed).not.toContain(TOKEN);
  expect(`${error.stack}`).not.toContain(TOKEN);
}

describe('no connection', () => {
  test('refused: nothing was sent', async () => {
    const backend = backendAt({ url: await nowhere() });
    for (const ask of [
      () => backend.get(ada, neverAborted()),
      () => backend.send(ada, 'x', neverAborted()),
    ]) {
      const error = await errorOf(ask());
      expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no', status: undefined });
      expect(error.message).toMatch(/^Cannot connect to 127\.0\.0\.1:\d+: connection refused\.$/);
      expect(error.hint).toMatch(/Check the URL/);
      expectNoSecret(error);
    }
  });

  test('no such host: nothing was sent', async () => {
    const backend = backendAt({ url: 'http://taskdeck.invalid' });
    const error = await errorOf(backend.send(ada, 'x', neverAborted()));
    // Without a network the lookup itself fails or times out.
    expect(['unreachable', 'timeout']).toContain(error.kind);
    expect(error.tookEffect).toBe('no');
    expect(error.message).toContain('taskdeck.invalid');
    expectNoSecret(error);
  });

  test('an untrusted certificate: nothing was sent', async () => {
    const server = await coderServer({ tls });
    const error = await errorOf(backendAt(server).send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toMatch(/Cannot trust the certificate/);
    expect(error.hint).toMatch(/SSL_CERT_FILE/);
    expect(server.requests).toEqual([]);
    expectNoSecret(error);
  });

  test('https to an http server', async () => {
    const server = await coderServer();
    const error = await errorOf(
      backendAt({ url: server.url.replace('http', 'https') }).get(ada, neverAborted()),
    );
    expect(error.kind).toBe('unreachable');
    expect(error.hint).toMatch(/http or https/);
    expectNoSecret(error);
  });

  test('a server that does not speak HTTP', async () => {
    const error = await errorOf(backendAt(await tcpServer('220 mail ready\r\n')).get(ada, neverAborted()));
    expect(error).toMatchObject({ kind: 'not-coder' });
    expect(error.message).toMatch(/does not speak HTTP/);
  });
});

describe('a connection that breaks', () => {
  test('before the answer: a message may have arrived', async () => {
    const server = await coderServer();
    server.on('POST', `${TASK}/send`, reset);
    server.on('GET', TASK, reset);
    const backend = backendAt(server);
    const sent = await errorOf(backend.send(ada, 'x', neverAborted()));
    expect(sent).toMatchObject({ kind: 'unreachable', tookEffect: 'maybe' });
    expect(sent.message).toMatch(/cut off/);
    expectNoSecret(sent);
    expect(await errorOf(backend.get(ada, neverAborted()))).toMatchObject({
      kind: 'unreachable',
      tookEffect: 'no',
    });
    expect(server.requests).toHaveLength(2);
  });

  test('in the middle of the answer', async () => {
    const server = await coderServer();
    server.on('GET', TASK, truncatedReply('{"id":'));
    const error = await errorOf(backendAt(server).get(ada, neverAborted()));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/cut off/);
  });
});

describe('timeouts', () => {
  test('no answer', async () => {
    const server = await coderServer();
    server.on('GET', TASK, hang);
    const error = await errorOf(backendAt(server, { timeouts: { response: 60 } }).get(ada, neverAborted()));
    expect(error).toMatchObject({ kind: 'timeout', tookEffect: 'no' });
    expect(error.message).toMatch(/did not answer within 0\.06 s/);
    expectNoSecret(error);
  });

  test('an answer that never ends', async () => {
    const server = await coderServer();
    server.on('GET', TASK, trickle(10));
    const error = await errorOf(backendAt(server, { timeouts: { request: 150 } }).get(ada, neverAborted()));
    expect(error.kind).toBe('timeout');
  });

  test('silence in the middle of an answer', async () => {
    const server = await coderServer();
    server.on('GET', TASK, (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
    });
    const error = await errorOf(backendAt(server, { timeouts: { socket: 100 } }).get(ada, neverAborted()));
    expect(error.kind).toBe('timeout');
  });

  test('no TLS handshake: nothing was sent', async () => {
    const { host } = await tcpServer();
    const backend = backendAt({ url: `https://${host}` }, { timeouts: { secureConnect: 60 } });
    const error = await errorOf(backend.send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'timeout', tookEffect: 'no' });
    expect(error.message).toMatch(/did not accept a connection/);
    expectNoSecret(error);
  });

  test('a write without a response may have taken effect', async () => {
    const server = await coderServer();
    server.on('POST', `${TASK}/pause`, hang);
    const error = await errorOf(backendAt(server, { timeouts: { response: 60 } }).pause(ada, neverAborted()));
    expect(error).toMatchObject({ kind: 'timeout', tookEffect: 'maybe' });
  });

  test('the response to a message has no timeout', async () => {
    const server = await coderServer();
    let finish = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      finish = resolve;
    });
    server.on('POST', `${TASK}/send`, async (response) => {
      await turn;
      response.writeHead(204).end();
    });
    server.on('GET', TASK, hang);
    const backend = backendAt(server, { timeouts: { response: 40, socket: 40, request: 40 } });
    const sent = backend.send(ada, 'x', neverAborted());
    await server.waitForRequests(1);
    // A read with the same timeouts fails meanwhile: proves that they have passed.
    for (const _ of [1, 2, 3]) {
      expect((await errorOf(backend.get(ada, neverAborted()))).kind).toBe('timeout');
    }
    finish();
    await sent;
  });
});

test('an endless response is not read into memory', async () => {
  const server = await coderServer();
  server.on('GET', TASK, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  const error = await errorOf(backendAt(server, { maxBytes: 100_000 }).get(ada, neverAborted()));
  expect(error).toMatchObject({ kind: 'bad-answer', tookEffect: 'no' });
  expect(error.message).toMatch(/larger than 100000 bytes/);
});

describe('aborting', () => {
  test('before the request: nothing was sent', async () => {
    const server = await coderServer();
    const error = await errorOf(backendAt(server).send(ada, 'x', AbortSignal.abort()));
    expect(error).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
    expect(server.requests).toEqual([]);
  });

  test('while the agent works: the message may have arrived', async () => {
    const server = await coderServer();
    server.on('POST', `${TASK}/send`, hang);
    const controller = new AbortController();
    const sent = errorOf(backendAt(server).send(ada, 'x', controller.signal));
    await server.waitForRequests(1);
    controller.abort();
    const error = await sent;
    expect(error).toMatchObject({ kind: 'aborted', tookEffect: 'maybe' });
    expectNoSecret(error);
  });

  test('a read', async () => {
    const server = await coderServer();
    server.on('GET', TASK, hang);
    const controller = new AbortController();
    const read = errorOf(backendAt(server).get(ada, controller.signal));
    await server.waitForRequests(1);
    controller.abort();
    expect(await read).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
  });
});

test.each([
  ['an error', json(500, { message: 'no' })],
  ['a page', html(200)],
  ['a redirect', redirect(302, 'https://sso.example.com/')],
  ['nothing', empty(200)],
  ['a broken task', json(200, task({ id: 1 }))],
])('the error for %s does not contain the token', async (_what, reply) => {
  const server = await coderServer();
  server.on('GET', TASK, reply);
  expectNoSecret(await errorOf(backendAt(server).get(ada, neverAborted())));
});
