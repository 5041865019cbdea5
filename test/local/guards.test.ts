import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalServer } from '../support/local-server.ts';
import { TestClient } from './test-client.ts';

let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;

beforeAll(async () => {
  server = await startLocalServer();
  client = new TestClient(server);
});
afterAll(() => server.close());

const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';

/** fetch does not allow setting the Host header. */
function statusWith(headers: Readonly<Record<string, string>>, path = '/api/v2/buildinfo'): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(server.url + path, { headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end();
  });
}

describe('the token', () => {
  test.each([
    ['none', {}, 'No session token was sent.'],
    ['one in another form', { 'Coder-Session-Token': 'secret' }, 'Invalid API key format'],
    [
      'an unknown one',
      { 'Coder-Session-Token': `${'a'.repeat(10)}-${'b'.repeat(22)}` },
      'API key is invalid.',
    ],
    [
      'an unknown one as bearer',
      { Authorization: `Bearer ${'a'.repeat(10)}-${'b'.repeat(22)}` },
      'API key is invalid.',
    ],
  ])('is required: %s is 401', async (_, headers, detail) => {
    const refused = await client.call('GET', '/api/v2/users/me', undefined, headers);
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ message: SIGNED_OUT });
    expect(JSON.stringify(refused.body)).toContain(detail);
  });

  test('with a wrong secret gets another error than an unknown one', async () => {
    const wrong = `${server.token.slice(0, 11)}${'x'.repeat(22)}`;
    const refused = await client.call('GET', '/api/v2/users/me', undefined, { 'Coder-Session-Token': wrong });
    expect(refused.body).toEqual({ message: SIGNED_OUT, detail: 'API key secret is invalid.' });
  });

  test('is accepted in both headers', async () => {
    const ways: readonly Record<string, string>[] = [
      { 'Coder-Session-Token': server.token },
      { Authorization: `Bearer ${server.token}` },
    ];
    for (const headers of ways) {
      expect((await client.call('GET', '/api/v2/users/me', undefined, headers)).status).toBe(200);
    }
  });

  test('is not required for buildinfo and unknown paths', async () => {
    expect((await client.call('GET', '/api/v2/buildinfo', undefined, {})).status).toBe(200);
    const unknown = await client.call('GET', '/api/v2/insights', undefined, {});
    expect([unknown.status, unknown.body]).toEqual([404, { message: 'Route not found.' }]);
  });

  test('is required on every path with task data', async () => {
    for (const path of [
      '/api/v2/tasks',
      '/api/v2/tasks/me/x',
      '/api/v2/chats',
      '/api/v2/chats/x/messages',
      '/api/v2/templates',
      '/api/v2/workspaces',
      '/api/v2/users',
    ]) {
      expect((await client.call('GET', path, undefined, {})).status).toBe(401);
    }
  });
});

describe('a web page in the browser', () => {
  const port = () => new URL(server.url).port;

  test('is refused with another name in Host', async () => {
    expect(await statusWith({ Host: `evil.example:${port()}` })).toBe(403);
    expect(await statusWith({ Host: '127.0.0.1' })).toBe(403);
    expect(await statusWith({ Host: `localhost:${port()}` })).toBe(200);
  });

  test('is refused with another Origin, even with the token', async () => {
    const headers = { 'Coder-Session-Token': server.token };
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:1`]) {
      expect(await statusWith({ ...headers, Origin: origin }, '/api/v2/users/me')).toBe(403);
    }
    expect(await statusWith({ ...headers, Origin: server.url }, '/api/v2/users/me')).toBe(200);
  });
});

describe('a body', () => {
  test('over the limit gets a response, not a closed connection', async () => {
    const body = JSON.stringify({ input: 'x'.repeat(5_000_000) });
    const refused = await client.call('POST', '/api/v2/tasks/me', body);
    expect(refused.status).toBe(413);
    expect(refused.body).toMatchObject({ message: 'Request body is too large.' });
  });
});

describe('every response', () => {
  test.each([
    ['GET', '/api/v2/buildinfo', 200],
    ['GET', '/api/v2/nothing', 404],
    ['PUT', '/api/v2/tasks', 405],
    ['POST', '/api/v2/tasks/me', 400],
  ])('%s %s has the version header', async (method, path, status) => {
    const answer = await client.call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('X-Coder-Build-Version')).toMatch(/^v2\.\d+\.\d+\+taskdeck-/);
  });

  test('is JSON with Coder’s escapes and a newline at the end', async () => {
    const task = await client.create('echo "<a href=1>&</a>"\u2028');
    const answer = await client.call('GET', `/api/v2/tasks/me/${task.id}`);
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(answer.text).toMatch(/\}\n$/);
    expect(answer.text).toContain('\\u003ca href=1\\u003e\\u0026\\u003c/a\\u003e');
    expect(answer.text).toContain('\\u2028');
    expect(task.initial_prompt).toBe('echo "<a href=1>&</a>"\u2028');
  });

  test('with status 405 has no body', async () => {
    const answer = await client.call('PUT', '/api/v2/tasks');
    expect([answer.status, answer.text]).toEqual([405, '']);
  });
});

test.skipIf(process.platform !== 'linux')(
  'the server listens on no other address of this machine',
  async () => {
    const { port } = new URL(server.url);
    // 127.0.0.0/8 is this machine: a server on all addresses would answer there.
    for (const host of ['127.0.0.2', '::1']) {
      await expect(
        new Promise((resolve, reject) => {
          const socket = connect({ host, port: Number(port) }, () => {
            socket.destroy();
            resolve('connected');
          });
          socket.on('error', reject);
        }),
      ).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EAFNOSUPPORT/);
    }
  },
);
