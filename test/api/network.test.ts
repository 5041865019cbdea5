import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { networkConfigFrom } from '../../src/api/network.ts';
import { UsageError } from '../../src/domain/errors.ts';
import { empty, json } from '../support/coder-server.ts';
import { type ProxyOptions, type ProxyServer, startProxy } from '../support/proxy.ts';
import {
  ada,
  authorityFile,
  backendAt,
  coderServer,
  errorOf,
  neverAborted,
  TOKEN,
  tls,
} from './api-fixture.ts';
import { TASK_ID } from './response-bodies.ts';

const proxies: ProxyServer[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-network-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function proxyTo(server: { readonly url: string }, rest: Partial<ProxyOptions> = {}) {
  const proxy = await startProxy({ to: Number(new URL(server.url).port), ...rest });
  proxies.push(proxy);
  return proxy;
}

const secureServer = async () => {
  const server = await coderServer({ tls });
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [] }));
  server.on('POST', `/api/v2/tasks/ada/${TASK_ID}/send`, empty(204));
  return server;
};

describe('through a proxy', () => {
  test('to an https deployment over one connection, with the token for the deployment only', async () => {
    const server = await secureServer();
    const proxy = await proxyTo(server);
    const env = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authorityFile };
    const backend = backendAt({ url: 'https://coder.test' }, { env });
    for (const _ of [1, 2, 3])
      expect(await backend.sources[0].list({ owner: null }, neverAborted())).toEqual([]);
    expect(proxy.requests).toEqual(['CONNECT coder.test:443']);
    expect(server.requests.map(({ headers }) => headers['coder-session-token'])).toEqual([
      TOKEN,
      TOKEN,
      TOKEN,
    ]);
    await backend.send(ada, 'hello', neverAborted());
    expect(proxy.requests).toHaveLength(2);
  });

  test('to a deployment without TLS', async () => {
    const server = await coderServer();
    server.on('GET', '/api/v2/tasks', json(200, { tasks: [] }));
    const proxy = await proxyTo(server);
    const backend = backendAt({ url: 'http://coder.test:8080' }, { env: { http_proxy: proxy.host } });
    expect(await backend.list({ owner: 'me' }, neverAborted())).toEqual([]);
    expect(proxy.requests).toEqual(['GET http://coder.test:8080/api/v2/tasks?q=owner%3Ame']);
  });

  test('that requires a user name and password', async () => {
    const server = await secureServer();
    const proxy = await proxyTo(server, { auth: 'ada:s%20ecret' });
    const env = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authorityFile };
    const backend = backendAt({ url: 'https://coder.test' }, { env });
    expect(await backend.sources[0].list({ owner: null }, neverAborted())).toEqual([]);

    const wrong = { ...env, HTTPS_PROXY: `http://ada:wrong-secret@${proxy.host}` };
    const error = await errorOf(
      backendAt({ url: 'https://coder.test' }, { env: wrong }).send(ada, 'x', neverAborted()),
    );
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toBe(
      `The proxy ${proxy.host} of HTTPS_PROXY refused to connect to coder.test (status 407).`,
    );
    expect(error.hint).toMatch(/user name and password in HTTPS_PROXY/);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/wrong-secret|abcdefghij-/);
  });

  test('that refuses', async () => {
    const proxy = await proxyTo(await secureServer(), { refuse: 403 });
    const backend = backendAt({ url: 'https://coder.test' }, { env: { HTTPS_PROXY: proxy.url } });
    const error = await errorOf(backend.send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toMatch(/status 403/);
  });

  test('that does not answer: reads and messages time out', async () => {
    const proxy = await proxyTo(await secureServer(), { refuse: 'hang' });
    const timeouts = { lookup: 20, connect: 20, secureConnect: 20, send: 20, request: 60 };
    const env = { HTTPS_PROXY: proxy.url };
    const backend = backendAt({ url: 'https://coder.test' }, { env, timeouts });
    expect(await errorOf(backend.me(neverAborted()))).toMatchObject({ kind: 'timeout', tookEffect: 'no' });
    expect(await errorOf(backend.send(ada, 'x', neverAborted()))).toMatchObject({
      kind: 'timeout',
      tookEffect: 'no',
    });
  });

  test('that closes the connection without an answer', async () => {
    const proxy = await proxyTo(await secureServer(), { refuse: 'close' });
    const backend = backendAt({ url: 'https://coder.test' }, { env: { HTTPS_PROXY: proxy.url } });
    const requests = [() => backend.me(neverAborted()), () => backend.send(ada, 'x', neverAborted())];
    for (const request of requests) {
      const error = await errorOf(request());
      expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
      expect(error.message).toBe(
        `The proxy ${proxy.host} of HTTPS_PROXY closed the connection to coder.test without an answer.`,
      );
      expect(error.hint).toMatch(/^Check HTTPS_PROXY/);
    }
  });

  test('that does not answer: an abort takes effect immediately', async () => {
    const proxy = await proxyTo(await secureServer(), { refuse: 'hang' });
    const backend = backendAt({ url: 'https://coder.test' }, { env: { HTTPS_PROXY: proxy.url } });
    const controller = new AbortController();
    const sent = errorOf(backend.send(ada, 'x', controller.signal));
    while (proxy.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(await sent).toMatchObject({ kind: 'aborted', tookEffect: 'no' });
  });

  test('that does not listen', async () => {
    const server = await coderServer();
    const proxy = await startProxy({ to: 1 });
    await proxy.close();
    const backend = backendAt({ url: 'https://coder.test' }, { env: { HTTPS_PROXY: proxy.url } });
    const error = await errorOf(backend.send(ada, 'x', neverAborted()));
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.message).toBe(
      `Cannot connect to the proxy ${proxy.host} of HTTPS_PROXY: connection refused.`,
    );
    expect(server.requests).toEqual([]);
  });

  test('not to this machine, regardless of the environment', async () => {
    const server = await coderServer();
    server.on('GET', '/api/v2/tasks', json(200, { tasks: [] }));
    const proxy = await proxyTo(server);
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    await backendAt(server, { env }).list({ owner: null }, neverAborted());
    expect(proxy.requests).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

test.each([
  [{ HTTPS_PROXY: 'http://a:1' }, 'http://a:1/'],
  [{ HTTPS_PROXY: 'a:3128' }, 'http://a:3128/'],
  [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' }, 'http://b:1/'],
  [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'example.com' }, undefined],
  [{ HTTPS_PROXY: 'http://a:1', no_proxy: 'example.org' }, 'http://a:1/'],
  [{ HTTP_PROXY: 'http://a:1' }, undefined],
  [{ HTTPS_PROXY: ' ' }, undefined],
  [{}, undefined],
])('%o leads https://coder.example.com through %s', (env, proxy) => {
  expect(networkConfigFrom(env, 'https://coder.example.com').proxy?.url.href).toBe(proxy);
});

test.each(['socks5://ada:secret@a:1', 'http://', 'http://ada:secret@:99999'])(
  'HTTPS_PROXY=%s is no proxy, and is not repeated',
  (HTTPS_PROXY) => {
    const read = () => networkConfigFrom({ HTTPS_PROXY }, 'https://coder.example.com');
    expect(read).toThrow(UsageError);
    expect(read).toThrow(/^HTTPS_PROXY is not a valid proxy URL/);
    expect(read).not.toThrow(/secret/);
  },
);

describe('trusted certificates', () => {
  test("SSL_CERT_FILE, in addition to Node's", async () => {
    const server = await secureServer();
    expect((await errorOf(backendAt(server).list({ owner: null }, neverAborted()))).kind).toBe('unreachable');
    const backend = backendAt(server, { env: { SSL_CERT_FILE: authorityFile } });
    expect(await backend.sources[0].list({ owner: null }, neverAborted())).toEqual([]);
    expect(await backend.sources[0].list({ owner: null }, neverAborted())).toEqual([]);
    // The refused handshake of the first, and one connection for the other two.
    expect(server.connections).toBe(2);
  });

  test('a certificate for another host is rejected', async () => {
    const server = await secureServer();
    const proxy = await proxyTo(server);
    const env = { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: authorityFile };
    const error = await errorOf(
      backendAt({ url: 'https://other.test' }, { env }).send(ada, 'x', neverAborted()),
    );
    expect(error).toMatchObject({ kind: 'unreachable', tookEffect: 'no' });
    expect(error.hint).toMatch(/another host name/);
    expect(server.requests).toEqual([]);
  });

  test('the error names a file that is missing or contains no certificate', () => {
    const missing = path.join(directory, 'missing.pem');
    const other = path.join(directory, 'other.pem');
    const broken = path.join(directory, 'broken.pem');
    writeFileSync(other, 'hello');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const open = (SSL_CERT_FILE: string) => () =>
      backendAt({ url: 'https://coder.example.com' }, { env: { SSL_CERT_FILE } });
    expect(open(missing)).toThrow(
      `Cannot read ${missing}, which SSL_CERT_FILE names: it does not exist. Correct SSL_CERT_FILE, or unset it.`,
    );
    expect(open(other)).toThrow(/contains no PEM certificate/);
    expect(open(broken)).toThrow(/contains no PEM certificate/);
    expect(open(broken)).toThrow(UsageError);
    // Unused without TLS.
    expect(() => backendAt({ url: 'http://coder.test' }, { env: { SSL_CERT_FILE: missing } })).not.toThrow();
  });

  // Node reads the variable only at its start: this needs a separate process.
  test.each([
    ['alone', {}],
    [
      'next to SSL_CERT_FILE',
      { SSL_CERT_FILE: fileURLToPath(new URL('certificates/other-authority.pem', import.meta.url)) },
    ],
  ])('NODE_EXTRA_CA_CERTS %s', async (_how, rest) => {
    const server = await secureServer();
    const module = fileURLToPath(new URL('../../src/api/coder-backend.ts', import.meta.url));
    const program = `
      const { createCoderBackend } = await import(${JSON.stringify(module)});
      const backend = createCoderBackend({ url: ${JSON.stringify(server.url)}, token: 'x', env: process.env });
      console.log(JSON.stringify(await backend.sources[0].list({ owner: null }, new AbortController().signal)));
    `;
    const env = { NODE_NO_WARNINGS: '1', NODE_EXTRA_CA_CERTS: authorityFile, ...rest };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, output }).toEqual({ code: 0, output: '[]\n' });
  });
});
