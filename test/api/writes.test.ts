import { expect, test } from 'vitest';
import { UsageError } from '../../src/domain/errors.ts';
import { empty, html, json } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { BUILD_ID, build, TASK_ID, TEMPLATE_VERSION_ID, task } from './response-bodies.ts';

const TASK = `/api/v2/tasks/ada/${TASK_ID}`;

test('create sends only the chosen fields', async () => {
  const server = await coderServer();
  server.on('POST', '/api/v2/tasks/me', json(201, task({ status: 'pending' })));
  const backend = backendAt(server);
  const plain = { templateVersionId: TEMPLATE_VERSION_ID, prompt: 'Fix it\nplease 👩‍👩‍👧' };
  expect((await backend.create(plain, neverAborted())).facts.status).toBe('pending');
  await backend.create({ ...plain, presetId: 'p', name: 'fix-it', displayName: 'Fix it' }, neverAborted());
  expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
    { template_version_id: TEMPLATE_VERSION_ID, input: plain.prompt },
    {
      template_version_id: TEMPLATE_VERSION_ID,
      input: plain.prompt,
      template_version_preset_id: 'p',
      name: 'fix-it',
      display_name: 'Fix it',
    },
  ]);
  expect(server.requests[0]?.headers['content-type']).toBe('application/json');
});

test('a message is sent unchanged', async () => {
  const server = await coderServer();
  server.on('POST', `${TASK}/send`, empty(204));
  await backendAt(server).send(ada, '  two\nlines ', neverAborted());
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ input: '  two\nlines ' });
});

test.each([['pause' as const], ['resume' as const]])('%s returns its build', async (action) => {
  const server = await coderServer();
  server.on('POST', `${TASK}/${action}`, json(202, { workspace_build: build() }));
  const answer = await backendAt(server)[action](ada, neverAborted());
  expect(answer).toMatchObject({ id: BUILD_ID, number: 4, transition: 'stop', status: 'pending', error: '' });
  expect(server.requests[0]?.body).toBe('');
});

test('a pause that returns only a build id reads the build', async () => {
  const server = await coderServer();
  server.on('POST', `${TASK}/pause`, json(202, { workspace_build_id: BUILD_ID }));
  server.on('GET', `/api/v2/workspacebuilds/${BUILD_ID}`, json(200, build()));
  expect((await backendAt(server).pause(ada, neverAborted())).number).toBe(4);
});

test('the input of a paused task is changed', async () => {
  const server = await coderServer();
  server.on('PATCH', `${TASK}/input`, empty(204));
  const backend = backendAt(server);
  await backend.updateInput(ada, 'Do it in Go', neverAborted());
  expect(server.requests.map(({ body }) => body)).toEqual(['{"input":"Do it in Go"}']);
});

test('remove ends with the response', async () => {
  const server = await coderServer();
  server.on('DELETE', TASK, empty(202), empty(200));
  const backend = backendAt(server);
  await backend.remove(ada, neverAborted());
  expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([`DELETE ${TASK}`]);
  // A proxy may have swallowed it.
  expect(await errorOf(backend.remove(ada, neverAborted()))).toMatchObject({
    kind: 'bad-answer',
    tookEffect: 'maybe',
  });
});

test.each([200, 201, 202])(
  'a message is taken only when Coder says so: %s may be anybody',
  async (status) => {
    const server = await coderServer();
    server.on('POST', `${TASK}/send`, empty(status));
    server.on('PATCH', `${TASK}/input`, empty(status));
    const backend = backendAt(server);
    for (const call of [
      () => backend.send(ada, 'hello', neverAborted()),
      () => backend.updateInput(ada, 'hello', neverAborted()),
    ])
      expect(await errorOf(call())).toMatchObject({ kind: 'bad-answer', tookEffect: 'maybe', status });
  },
);

test('a web page instead of an empty response is an error', async () => {
  const server = await coderServer();
  server.on('POST', `${TASK}/send`, html(200));
  expect(await errorOf(backendAt(server).send(ada, 'hello', neverAborted()))).toMatchObject({
    kind: 'not-coder',
    tookEffect: 'maybe',
  });
});

test('names are escaped; without an owner the path has me', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks/%C3%A4/a%2Fb%3Fc%23d', json(200, task({ name: 'odd' })));
  server.on('GET', '/api/v2/tasks/me/x', json(200, task({ name: 'mine' })));
  const backend = backendAt(server);
  expect((await backend.get({ id: 'a/b?c#d', ownerName: 'ä' }, neverAborted())).name).toBe('odd');
  expect((await backend.get({ id: 'x', ownerName: '' }, neverAborted())).name).toBe('mine');
  expect(server.requests).toHaveLength(2);
});

test.each(['..', '.', ''])(
  'the name %j cannot climb out of its place, nor reach another path',
  async (id) => {
    const server = await coderServer({ prefix: '/coder' });
    const backend = backendAt(server);
    const asks = [
      () => backend.get({ id, ownerName: 'ada' }, neverAborted()),
      () => backend.remove({ id, ownerName: '..' }, neverAborted()),
      () => backend.build(id, neverAborted()),
      () => backend.presets(id, neverAborted()),
    ];
    for (const ask of asks) {
      expect(await errorOf(ask())).toMatchObject({ kind: 'not-found', tookEffect: 'no' });
    }
    expect(server.requests).toEqual([]);
  },
);

test.each([
  ['coder.example.com', /Write it like/],
  ['ftp://coder.example.com', /Write it like/],
  ['https://', /Write it like/],
  ['https://ada:hunter2@coder.example.com', /Leave them out/],
])('the URL %s is rejected before any request', (url, message) => {
  const open = () => backendAt({ url });
  expect(open).toThrow(UsageError);
  expect(open).toThrow(message);
  expect(open).not.toThrow(/hunter2/);
});

test('an invalid token is rejected and not shown', () => {
  const open = () => backendAt({ url: 'http://127.0.0.1' }, { token: 'secret\nX-Evil: 1' });
  expect(open).toThrow(UsageError);
  expect(open).not.toThrow(/secret/);
});

test('headers for a proxy are sent with every request', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.33.0' }));
  const backend = backendAt(server, { headers: { 'X-Gate': 'open' }, userAgent: 'taskdeck/9' });
  await backend.serverInfo(neverAborted());
  expect(server.requests[0]?.headers).toMatchObject({ 'x-gate': 'open', 'user-agent': 'taskdeck/9' });
});
