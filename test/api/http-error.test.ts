import { describe, expect, test } from 'vitest';
import type { BackendErrorKind } from '../../src/domain/errors.ts';
import { empty, html, json, type Reply, raw, redirect } from '../support/coder-server.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted, TOKEN } from './api-fixture.ts';
import { TASK_ID, TEMPLATE_VERSION_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;
const errorReply = (status: number, message: string, rest: object = {}) => json(status, { message, ...rest });
const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';
const GONE = 'Resource not found or you do not have access to this resource';

describe('a response to a read', () => {
  const rows: readonly [what: string, reply: Reply, kind: BackendErrorKind, message: RegExp][] = [
    [
      '401',
      errorReply(401, SIGNED_OUT, { detail: 'API key is invalid.' }),
      'signed-out',
      /You are signed out/,
    ],
    ['401 of a proxy', html(401), 'signed-out', /requires you to sign in/],
    ['403', errorReply(403, 'Forbidden.'), 'forbidden', /Forbidden/],
    ['403 of a proxy', html(403), 'not-coder', /not a Coder server \(status 403\)/],
    ['404 of an object', errorReply(404, GONE), 'not-found', /Resource not found/],
    ['404 of a proxy', html(404), 'not-coder', /not a Coder server/],
    ['410', errorReply(410, 'Workspace deleted.'), 'not-found', /deleted/],
    ['405', empty(405), 'server', /does not support this request/],
    ['413 of a proxy', html(413), 'invalid', /The request is too large for .* \(status 413\)/],
    [
      '413 of a server',
      json(413, { message: 'Request body is too large.' }),
      'invalid',
      /^Request body is too large\.$/,
    ],
    ['407', empty(407), 'unreachable', /proxy/],
    ['409', errorReply(409, 'Cannot fetch logs for task in current state.'), 'conflict', /Cannot fetch logs/],
    ['412', errorReply(412, 'Build is running.'), 'conflict', /running/],
    ['400', errorReply(400, 'Invalid task search query.'), 'invalid', /Invalid task search/],
    ['400 for the state', errorReply(400, 'Task status must be active.'), 'conflict', /must be active/],
    ['400 of something else', raw(400, 'Client sent an HTTP request'), 'not-coder', /not a Coder server/],
    ['422', errorReply(422, 'No.'), 'invalid', /No\./],
    ['429', errorReply(429, "You've been rate limited"), 'rate-limited', /rate limited/],
    ['429 of a proxy', html(429), 'rate-limited', /Too many requests/],
    ['500', errorReply(500, 'Internal error fetching tasks.'), 'server', /Internal error/],
    ['502', errorReply(502, 'Failed to get messages from task app.'), 'server', /Failed to get messages/],
    ['502 of a proxy', html(502), 'server', /status 502/],
    ['503, empty', empty(503), 'server', /status 503/],
    ['504', raw(504, 'upstream timed out'), 'server', /status 504/],
    ['200 with a web page', html(200), 'not-coder', /web page/],
    ['a page without a type', raw(200, '\n <html>'), 'not-coder', /web page/],
    ['200, empty', empty(200), 'bad-answer', /the answer is empty/],
    ['half a JSON', raw(200, '{"id": "'), 'bad-answer', /not valid JSON/],
    ['text', raw(200, 'OK'), 'bad-answer', /not valid JSON/],
    ['no object', json(200, []), 'bad-answer', /the answer is not of type object/],
    ['a field of another type', json(200, task({ name: 7 })), 'bad-answer', /: name is not of type string/],
    [
      'a field missing',
      json(200, task({ status: undefined })),
      'bad-answer',
      /: status is not of type string/,
    ],
    [
      'a time that is none',
      json(200, task({ created_at: 'soon' })),
      'bad-answer',
      /created_at has an unknown format/,
    ],
    ['a nested field', json(200, task({ current_state: { state: 1 } })), 'bad-answer', /current_state\./],
    ['not modified', empty(304), 'not-coder', /redirects the request/],
  ];
  test.each(rows)('%s', async (_what, reply, kind, message) => {
    const server = await coderServer();
    server.on('GET', TASK, reply);
    const error = await errorOf(backendAt(server).get(ada, neverAborted()));
    expect(error).toMatchObject({ kind, tookEffect: 'no' });
    expect(error.message).toMatch(message);
  });
});

test('an invalid task fails the list, and the error names task and field', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [task(), task({ updated_at: 5 })], count: 2 }));
  const error = await errorOf(backendAt(server).list({ owner: null }, neverAborted()));
  expect(error).toMatchObject({ kind: 'bad-answer', status: 200 });
  expect(error.message).toContain('tasks[1].updated_at is not of type string');
});

test('a valid response after an unusable one is parsed', async () => {
  const server = await coderServer();
  const good = json(200, { tasks: [task()] });
  server.on('GET', '/api/v2/tasks', good, raw(200, '{'), good);
  const backend = backendAt(server);
  const first = await backend.list({ owner: null }, neverAborted());
  await errorOf(backend.list({ owner: null }, neverAborted()));
  expect(await backend.list({ owner: null }, neverAborted())).toEqual(first);
});

test('the hint of a 401 is the login command for this deployment', async () => {
  const server = await coderServer({ prefix: '/coder' });
  server.on('GET', '/api/v2/users/me', errorReply(401, SIGNED_OUT, { detail: 'API key expired.' }));
  expect(await errorOf(backendAt(server).me(neverAborted()))).toMatchObject({
    kind: 'signed-out',
    status: 401,
    detail: 'API key expired.',
    hint: `Run \`taskdeck login ${server.url}\`, or set CODER_SESSION_TOKEN.`,
  });
});

test("the error has Coder's validations", async () => {
  const server = await coderServer();
  const validations = [{ field: 'name', detail: 'This value is already in use and should be unique.' }];
  server.on('POST', '/api/v2/tasks/me', errorReply(409, 'Workspace "x" already exists.', { validations }));
  const create = backendAt(server).create(
    { templateVersionId: TEMPLATE_VERSION_ID, prompt: 'x' },
    neverAborted(),
  );
  expect(await errorOf(create)).toMatchObject({ kind: 'conflict', validations, tookEffect: 'no' });
});

test.each([
  ['60', 60_000],
  ['0', 0],
  ['Wed, 04 Mar 2026 10:00:30 GMT', 30_000],
  ['Wed, 04 Mar 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
])('Retry-After: %s is %s ms', async (header, wait) => {
  const server = await coderServer();
  server.on(
    'GET',
    TASK,
    json(429, { message: 'Slower.' }, { 'retry-after': header, date: 'Wed, 04 Mar 2026 10:00:00 GMT' }),
  );
  const clock = manualClock(Date.UTC(2026, 2, 4, 10));
  const error = await errorOf(backendAt(server, { clock }).get(ada, neverAborted()));
  expect(error).toMatchObject({ kind: 'rate-limited', message: 'Slower.', retryAfterMs: wait });
});

describe('a response to a message', () => {
  const rows: readonly [reply: Reply, kind: BackendErrorKind, tookEffect: 'no' | 'maybe'][] = [
    [errorReply(400, 'Task input is required.'), 'invalid', 'no'],
    [errorReply(400, 'Task must be active.'), 'conflict', 'no'],
    [errorReply(409, 'Task is paused.', { detail: 'Resume the task to send messages.' }), 'conflict', 'no'],
    [errorReply(401, SIGNED_OUT), 'signed-out', 'no'],
    [errorReply(404, GONE), 'not-found', 'no'],
    [html(404), 'not-coder', 'no'],
    [errorReply(502, 'Task app is not ready to accept input.', { detail: 'Status: running' }), 'busy', 'no'],
    [errorReply(502, 'Failed to reach task app endpoint.'), 'server', 'no'],
    [errorReply(502, 'Failed to get status from task app.'), 'server', 'no'],
    // Coder's answer to every failure after it starts to forward the message.
    [errorReply(502, 'Task app rejected the message.', { detail: 'unexpected EOF' }), 'busy', 'maybe'],
    [errorReply(502, 'Something new.'), 'server', 'maybe'],
    [errorReply(500, 'Internal error.'), 'server', 'maybe'],
    [errorReply(507, 'The disk is full.'), 'server', 'no'],
    [html(502), 'server', 'maybe'],
    [html(504), 'server', 'maybe'],
    [redirect(303, '/elsewhere'), 'not-coder', 'maybe'],
  ];
  test.each(rows)('%#', async (reply, kind, tookEffect) => {
    const server = await coderServer();
    server.on('POST', `${TASK}/send`, reply);
    const error = await errorOf(backendAt(server).send(ada, 'hello', neverAborted()));
    expect(error).toMatchObject({ kind, tookEffect });
    // Never retried automatically.
    expect(server.requests).toHaveLength(1);
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i to another origin is not followed', async (status) => {
    const elsewhere = await coderServer();
    const server = await coderServer();
    server.on('GET', TASK, redirect(status, `${elsewhere.origin}/login?state=secret-state`));
    const error = await errorOf(backendAt(server).get(ada, neverAborted()));
    expect(error.kind).toBe('not-coder');
    expect(error.message).toContain(`to ${elsewhere.origin},`);
    expect(`${error.message} ${error.hint}`).not.toContain('secret-state');
    expect(elsewhere.requests).toEqual([]);
  });

  test('a redirect to the same origin is not followed', async () => {
    const server = await coderServer();
    server.on('GET', TASK, redirect(302, '/login'));
    const error = await errorOf(backendAt(server).get(ada, neverAborted()));
    expect(error).toMatchObject({ kind: 'not-coder', status: 302 });
    expect(server.requests).toHaveLength(1);
  });

  test('a redirect without a valid target is reported', async () => {
    const server = await coderServer();
    server.on('GET', TASK, empty(302), redirect(302, 'http://['), redirect(302, 'javascript:alert(1)'));
    const backend = backendAt(server);
    for (const _ of [1, 2, 3]) {
      const error = await errorOf(backend.get(ada, neverAborted()));
      expect(error.kind).toBe('not-coder');
      expect(error.message).toMatch(/redirects the request/);
    }
  });
});

describe('a server without Tasks', () => {
  test.each([
    ['v2.25.3+abc', /2\.25, which is too old/],
    ['v2.33.4', /2\.33, but does not answer requests for Tasks/],
    ['v2.36.0+1', /2\.36, where Tasks are turned off/],
    ['v2.37.1', /2\.37, where Tasks are turned off/],
    ['v2.38.0', /2\.38, which no longer has Tasks/],
    ['v3.0.0', /3\.0, which no longer has Tasks/],
    ['v0.0.0-devel+12', /This server has no Tasks/],
    ['main', /This server has no Tasks/],
  ])('of version %s', async (version, message) => {
    const server = await coderServer();
    server.on('GET', '/api/v2/buildinfo', json(200, { version }));
    const error = await errorOf(backendAt(server).list({ owner: 'me' }, neverAborted()));
    expect(error).toMatchObject({ kind: 'no-tasks', status: 404, tookEffect: 'no' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/taskdeck --local/);
  });

  test('without a version', async () => {
    const server = await coderServer();
    const error = await errorOf(backendAt(server).list({ owner: 'me' }, neverAborted()));
    expect(error).toMatchObject({ kind: 'no-tasks', message: 'This server has no Tasks.' });
  });

  test('gets one request for its version', async () => {
    const server = await coderServer();
    server.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.37.0' }));
    const backend = backendAt(server);
    for (const _ of [1, 2, 3]) await errorOf(backend.list({ owner: 'me' }, neverAborted()));
    expect(server.requests.filter(({ target }) => target.endsWith('/buildinfo'))).toHaveLength(1);
  });

  test('gets none when the responses name the version', async () => {
    const server = await coderServer();
    const missing = json(
      404,
      { message: 'Route not found.' },
      { 'x-coder-build-version': 'v2.38.1+5c0ffee' },
    );
    for (const prefix of ['v2', 'experimental']) server.on('GET', `/api/${prefix}/tasks`, missing);
    const error = await errorOf(backendAt(server).list({ owner: 'me' }, neverAborted()));
    expect(error.message).toMatch(/2\.38, which no longer has Tasks/);
    expect(server.requests.map(({ target }) => target)).not.toContain('/api/v2/buildinfo');
  });

  test('a missing path outside of Tasks is only not-found', async () => {
    const server = await coderServer();
    expect((await errorOf(backendAt(server).me(neverAborted()))).kind).toBe('not-found');
  });
});

test("a token in the server's message is redacted", async () => {
  const server = await coderServer();
  const echo = { detail: `Invalid API key format: ${TOKEN}`, validations: [{ field: 'x', detail: TOKEN }] };
  server.on('GET', TASK, errorReply(401, `Who is ${TOKEN}?`, echo));
  const error = await errorOf(backendAt(server).get(ada, neverAborted()));
  expect(JSON.stringify([error.message, error.detail, error.validations])).not.toContain(TOKEN);
  expect(error.message).toBe('Who is …?');
});
