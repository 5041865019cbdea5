import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authorityFile, tls } from '../api/api-fixture.ts';
import { task } from '../api/response-bodies.ts';
import { json, startCoderServer } from '../support/coder-server.ts';
import { makeHome } from '../support/home.ts';
import { startProxy } from '../support/proxy.ts';
import { TASKS, TOKEN } from './deployment.ts';

/** A deployment whose certificate authority is not trusted by default. */
async function secureDeployment() {
  const server = await startCoderServer({ tls });
  onTestFinished(() => server.close());
  server.on('GET', TASKS, json(200, { tasks: [task()], count: 1 }));
  return server;
}

const listed = { code: 0, out: 'fix-login-1f2e\n' };

describe('a private certificate authority', () => {
  it('is rejected without a variable', async () => {
    const server = await secureDeployment();
    const env = { CODER_URL: server.url, CODER_SESSION_TOKEN: TOKEN, SSL_CERT_FILE: undefined };
    const result = await makeHome().call(['list', '--quiet'], { env });
    expect(result).toMatchObject({
      code: 5,
      err: expect.stringMatching(/Cannot trust the certificate of/),
    });
  });

  it.each([
    ['NODE_TLS_REJECT_UNAUTHORIZED', () => ({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })],
    ['NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: authorityFile })],
    ['SSL_CERT_FILE', () => ({ SSL_CERT_FILE: authorityFile })],
    [
      'SSL_CERT_FILE with NODE_USE_SYSTEM_CA',
      () => ({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: authorityFile }),
    ],
    [
      'SSL_CERT_DIR with NODE_USE_SYSTEM_CA',
      (folder: string) => {
        const directory = path.join(folder, 'certificates');
        mkdirSync(directory);
        copyFileSync(authorityFile, path.join(directory, 'authority.pem'));
        return { NODE_USE_SYSTEM_CA: '1', SSL_CERT_DIR: directory };
      },
    ],
    [
      'NODE_OPTIONS=--use-system-ca',
      () => ({ NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: authorityFile }),
    ],
  ])('%s is obeyed as by Node', async (_, variables) => {
    const server = await secureDeployment();
    const home = makeHome();
    const env = { SSL_CERT_FILE: undefined, CODER_URL: server.url, CODER_SESSION_TOKEN: TOKEN };
    const result = await home.call(['list', '--quiet'], { env: { ...env, ...variables(home.folder) } });
    expect(result).toMatchObject(listed);
    expect(result.err).toBe('');
  });
});

it('doctor warns that certificates are not checked', async () => {
  const server = await secureDeployment();
  const env = { CODER_URL: server.url, CODER_SESSION_TOKEN: TOKEN, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  const result = await makeHome().call(['doctor'], { env });
  expect(result.code).not.toBe(0);
  expect(result.out).toMatch(/!! NODE_TLS_REJECT_UNAUTHORIZED +certificates are not checked/);
  expect(result.err).toBe('');
});

describe('NODE_USE_ENV_PROXY', () => {
  it('sends requests through the proxy once', async () => {
    const server = await secureDeployment();
    const proxy = await startProxy({ to: Number(new URL(server.url).port) });
    onTestFinished(() => proxy.close());
    const env = { CODER_URL: 'https://coder.test', CODER_SESSION_TOKEN: TOKEN, SSL_CERT_FILE: authorityFile };
    const result = await makeHome().call(['list', '--quiet'], {
      env: { ...env, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy.url },
    });
    expect(result).toMatchObject({ ...listed, err: '' });
    // One connection for the Tasks and one for the Chats, none of them through the proxy twice.
    expect(new Set(proxy.requests)).toEqual(new Set(['CONNECT coder.test:443']));
    expect(proxy.requests.length).toBeLessThanOrEqual(2);
  });

  it('does not use the proxy for the local server', async () => {
    const proxy = await startProxy({ to: 1 });
    onTestFinished(() => proxy.close());
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    expect(await makeHome().call(['list', '--local'], { env })).toMatchObject({ code: 0, err: '' });
    expect(proxy.requests).toEqual([]);
  });
});
