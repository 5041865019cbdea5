import { describe, expect, test } from 'vitest';
import { json } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, errorOf, neverAborted } from './api-fixture.ts';
import { behaveAs, versions } from './coder-versions.ts';
import { BUILD_ID, TASK_ID, TEMPLATE_VERSION_ID, task, WORKSPACE_ID } from './response-bodies.ts';

const GA = '/api/v2/tasks';
const OLD = '/api/experimental/tasks';
const ONE = `/ada/${TASK_ID}`;
const BUILDS = `POST /api/v2/workspaces/${WORKSPACE_ID}/builds`;

describe.each(versions)('Coder %s', (version) => {
  test('every operation works', async () => {
    const server = await coderServer();
    behaveAs(server, version);
    const backend = backendAt(server);
    expect(await backend.list({ owner: 'me' }, neverAborted())).toHaveLength(1);
    expect((await backend.get(ada, neverAborted())).displayName).toBe(
      version === '2.28' || version === '2.29' ? '' : 'Fix login redirect',
    );
    expect((await backend.transcript(ada, neverAborted())).messages).toHaveLength(1);
    const created = { templateVersionId: TEMPLATE_VERSION_ID, prompt: 'x' };
    expect((await backend.create(created, neverAborted())).id).toBe(TASK_ID);
    await backend.send(ada, 'hello', neverAborted());
    await backend.updateInput(ada, 'hello', neverAborted());
    expect(await backend.pause(ada, neverAborted())).toMatchObject({ id: BUILD_ID, transition: 'stop' });
    await backend.remove(ada, neverAborted());
  });

  test.each(['error', 'unknown'])('a task in %s is resumed by a start build', async (status) => {
    const server = await coderServer();
    behaveAs(server, version, status);
    const resumed = await backendAt(server).resume(ada, neverAborted());
    expect(resumed).toMatchObject({ id: BUILD_ID, transition: 'start' });
    const builds = server.requests.filter(({ target }) => target.endsWith('/builds'));
    expect(builds.map(({ body }) => body)).toEqual(['{"transition":"start"}']);
  });

  test('reading the logs of a task in error is a conflict', async () => {
    const server = await coderServer();
    behaveAs(server, version, 'error');
    const error = await errorOf(backendAt(server).transcript(ada, neverAborted()));
    expect(error.kind).toBe('conflict');
    expect(error.message).toMatch(/Cannot fetch logs|must be active/);
  });

  test('a second request of each kind goes directly to the known prefix', async () => {
    const server = await coderServer();
    behaveAs(server, version, 'paused');
    const backend = backendAt(server);
    const once = async () => {
      await backend.list({ owner: 'me' }, neverAborted());
      await backend.get(ada, neverAborted());
      await backend.transcript(ada, neverAborted()).catch(() => undefined);
      await backend.send(ada, 'hello', neverAborted());
      await backend.updateInput(ada, 'hello', neverAborted());
      await backend.remove(ada, neverAborted());
    };
    await once();
    const before = server.requests.length;
    await once();
    expect(server.requests.length - before).toBe(6);
  });
});

/** The task requests of the first pause and resume of a paused task. */
const transitions = [
  [
    '2.28',
    [`POST ${GA}${ONE}/pause`, `POST ${OLD}${ONE}/pause`, `GET ${GA}${ONE}`, `GET ${OLD}${ONE}`, BUILDS],
  ],
  ['2.29', [`POST ${GA}${ONE}/pause`, `POST ${OLD}${ONE}/pause`, `GET ${GA}${ONE}`, BUILDS]],
  ['2.31', [`POST ${GA}${ONE}/pause`, `POST ${OLD}${ONE}/pause`, `GET /api/v2/workspacebuilds/${BUILD_ID}`]],
  ['2.33', [`POST ${GA}${ONE}/pause`]],
  ['2.36 on', [`POST ${GA}${ONE}/pause`]],
] as const;

test.each(transitions)('pausing on %s', async (version, expected) => {
  const server = await coderServer();
  behaveAs(server, version);
  expect((await backendAt(server).pause(ada, neverAborted())).transition).toBe('stop');
  expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual(expected);
});

test.each(versions)('resuming a paused task on %s', async (version) => {
  const server = await coderServer();
  behaveAs(server, version, 'paused');
  expect((await backendAt(server).resume(ada, neverAborted())).id).toBe(BUILD_ID);
});

test("a resume that fails for another reason reports the server's message", async () => {
  const server = await coderServer();
  behaveAs(server, '2.33', 'active');
  const error = await errorOf(backendAt(server).resume(ada, neverAborted()));
  expect(error).toMatchObject({ kind: 'conflict', message: 'Task must be paused.' });
  expect(server.requests.some(({ target }) => target.endsWith('/builds'))).toBe(false);
});

test('a build cannot pause a task without a workspace', async () => {
  const server = await coderServer();
  behaveAs(server, '2.29');
  server.on('GET', `${GA}${ONE}`, json(200, task({ workspace_id: null })));
  expect(await errorOf(backendAt(server).pause(ada, neverAborted()))).toMatchObject({
    kind: 'conflict',
    message: 'This task has no workspace.',
  });
});

test('an upgraded server is reached under its new paths', async () => {
  const server = await coderServer();
  behaveAs(server, '2.28');
  const backend = backendAt(server);
  await backend.list({ owner: 'me' }, neverAborted());
  behaveAs(server, '2.33');
  server.on('GET', OLD, json(404, { message: 'Route not found.' }));
  expect(await backend.list({ owner: 'me' }, neverAborted())).toHaveLength(1);
});

test.each([
  ['2.36 off' as const, /2\.36, where Tasks are turned off/],
  ['2.37' as const, /2\.37, where Tasks are turned off/],
])('Coder %s has no Tasks, regardless of the first request', async (version, message) => {
  const server = await coderServer();
  behaveAs(server, version);
  const asks = [
    () => backendAt(server).list({ owner: 'me' }, neverAborted()),
    () => backendAt(server).get(ada, neverAborted()),
    () => backendAt(server).transcript(ada, neverAborted()),
    () => backendAt(server).send(ada, 'x', neverAborted()),
    () => backendAt(server).pause(ada, neverAborted()),
    () => backendAt(server).resume(ada, neverAborted()),
    () => backendAt(server).remove(ada, neverAborted()),
  ];
  for (const ask of asks) {
    const error = await errorOf(ask());
    expect(error).toMatchObject({ kind: 'no-tasks', tookEffect: 'no' });
    expect(error.message).toMatch(message);
  }
});

test('a server that lacks one endpoint has Tasks', async () => {
  const server = await coderServer();
  behaveAs(server, '2.28');
  server.on('PATCH', `${OLD}${ONE}/input`, json(404, { message: 'Route not found.' }));
  const error = await errorOf(backendAt(server).updateInput(ada, 'x', neverAborted()));
  expect(error).toMatchObject({ kind: 'invalid', tookEffect: 'no' });
  expect(error.message).toBe('This server (Coder v2.28.1+3f1c0de) is too old for this action.');
});
