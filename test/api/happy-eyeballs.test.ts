import type { LookupAddress, LookupOptions } from 'node:dns';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Agent as HttpsAgent, request as secureRequest } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import got from 'got';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectTimeout, happyEyeballs } from '../../src/api/happy-eyeballs.ts';
import { reuseSocketBuffer } from '../../src/api/stream-response.ts';
import { blackHole } from '../support/black-hole.ts';
import { json } from '../support/coder-server.ts';
import { authorityFile, coderServer, tls } from './api-fixture.ts';

/** Loopback addresses; only Linux has them all without configuration. */
const [HOLE, OTHER_HOLE, SERVER] = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const LIMITS = { lookup: 5_000, connect: 10_000, secureConnect: 10_000 };

type Found = (error: Error | null, addresses: readonly LookupAddress[]) => void;

/** The answer of the system's resolver for a host. */
const lookupOf =
  (addresses: readonly string[]) =>
  (_host: string, _options: LookupOptions, found: Found): void =>
    void setImmediate(() =>
      found(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      ),
    );

/** The status that `http://coder.test` answers with, or the error. */
function statusOf(port: number, lookup: unknown, limits = LIMITS): Promise<number | Error | undefined> {
  const agent = happyEyeballs(new Agent({ lookup } as never), limits);
  onTestFinished(() => agent.destroy());
  return new Promise((resolve) => {
    request({ host: 'coder.test', port, agent }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', resolve)
      .end();
  });
}

describe.runIf(process.platform === 'linux')('a host with several addresses', () => {
  test.each([
    ['the first is dead', (hole: string) => [hole, SERVER]],
    ['the last is dead', (hole: string) => [SERVER, hole]],
    ['the first is unreachable', () => ['2001:db8::1', SERVER]],
    ['the last is unreachable', () => [SERVER, '2001:db8::1']],
    ['the first refuses', () => ['127.0.0.5', SERVER]],
    ['only one is left', () => [SERVER]],
  ])('is reached when %s', async (_, addresses) => {
    const server = await coderServer({ host: SERVER });
    const port = Number(new URL(server.url).port);
    await blackHole(HOLE, port);
    expect(await statusOf(port, lookupOf(addresses(HOLE)))).toBe(404);
  });

  test("is reached when every address takes longer than Node's limit", async () => {
    const slow = await blackHole(HOLE);
    await blackHole(OTHER_HOLE, slow.port);
    // Longer than Node's limit for the first address.
    setTimeout(slow.open, 400);
    expect(await statusOf(slow.port, lookupOf([HOLE, OTHER_HOLE]))).toBe(200);
  });

  test('gets one connection: the others are closed', async () => {
    const [one, other] = await Promise.all([coderServer({ host: SERVER }), coderServer({ host: SERVER })]);
    const port = Number(new URL(one.url).port);
    expect(await statusOf(port, lookupOf([SERVER, SERVER, SERVER]))).toBe(404);
    expect([one.connections, other.connections]).toEqual([1, 0]);
  });

  test('gets one connection over TLS: the others are closed before the handshake ends', async () => {
    const server = await coderServer({ host: SERVER, tls });
    const port = Number(new URL(server.url).port);
    await blackHole(HOLE, port);
    const plain = new HttpsAgent({
      lookup: lookupOf([HOLE, SERVER]),
      ca: readFileSync(authorityFile),
    } as never);
    const opened: Socket[] = [];
    const { createConnection } = plain;
    plain.createConnection = (options, ready) => {
      const socket = createConnection.call(plain, options, ready) as Socket;
      opened.push(socket);
      return socket;
    };
    const agent = happyEyeballs(plain, LIMITS);
    const pending = secureRequest({ host: 'coder.test', port, agent });
    const [socket] = await once(pending, 'socket');
    expect(opened).toHaveLength(2);
    expect(opened.map((each) => each.destroyed)).toEqual([true, false]);
    expect(socket).toBe(opened[1]);
    // The server ends only without connections.
    pending.on('error', () => undefined).destroy();
  });

  test('reports the refusal when all addresses refuse, not the missing IPv6', async () => {
    const server = createServer().listen(0, SERVER);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await statusOf(port, lookupOf(['2001:db8::1', SERVER, HOLE]))).toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('times out in the phase connect when all addresses are dead', async () => {
    const hole = await blackHole(HOLE);
    await blackHole(OTHER_HOLE, hole.port);
    const error = await statusOf(hole.port, lookupOf([HOLE, OTHER_HOLE]), { ...LIMITS, connect: 400 });
    expect(error).toBeInstanceOf(ConnectTimeout);
    expect(error).toMatchObject({ event: 'connect' });
  });

  test('does not delay an aborted request', async () => {
    const hole = await blackHole(HOLE);
    await blackHole(OTHER_HOLE, hole.port);
    const agent = happyEyeballs(new Agent({ lookup: lookupOf([HOLE, OTHER_HOLE]) } as never), {
      ...LIMITS,
      connect: 500,
    });
    onTestFinished(() => agent.destroy());
    let ended = false;
    const { createConnection } = agent;
    agent.createConnection = (options, ready) =>
      createConnection(options, (error, socket) => {
        ended = true;
        ready?.(error, socket);
      });
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort(), 100);
    const pending = got(`http://coder.test:${hole.port}`, {
      agent: { http: agent },
      signal: giveUp.signal,
      retry: { limit: 0 },
    });
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    expect(ended).toBe(false);
    // An unhandled error would fail the test run.
    while (!ended) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('is reached over TLS under its own name, with one receive buffer', async () => {
    const server = await coderServer({ host: SERVER, tls });
    server.on('GET', '/', json(200, { secure: true }));
    const port = Number(new URL(server.url).port);
    await blackHole(HOLE, port);
    const agent = happyEyeballs(
      reuseSocketBuffer(
        new HttpsAgent({ lookup: lookupOf([HOLE, SERVER]), ca: readFileSync(authorityFile) } as never),
      ),
      LIMITS,
    );
    onTestFinished(() => agent.destroy());
    const { get } = await import('node:https');
    const answer = await new Promise((resolve, reject) => {
      get({ host: 'coder.test', port, agent }, async (response) => {
        response.setEncoding('utf8');
        let text = '';
        for await (const part of response) text += part;
        resolve(text);
      }).on('error', reject);
    });
    expect(answer).toContain('true');
  });
});

test('a resolver that does not answer times out in the phase lookup', async () => {
  const error = await statusOf(1, () => undefined, { ...LIMITS, lookup: 20 });
  expect(error).toMatchObject({ code: 'ETIMEDOUT', event: 'lookup' });
});

test('an error of the resolver is reported', async () => {
  const refusing = (_host: string, _options: LookupOptions, found: Found): void =>
    found(Object.assign(new Error('getaddrinfo ENOTFOUND coder.test'), { code: 'ENOTFOUND' }), []);
  expect(await statusOf(1, refusing)).toMatchObject({ code: 'ENOTFOUND' });
});
