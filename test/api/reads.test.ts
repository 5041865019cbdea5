import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import { json } from '../support/coder-server.ts';
import { ada, backendAt, coderServer, neverAborted, TOKEN } from './api-fixture.ts';
import {
  AGENT_ID,
  APP_ID,
  BUILD_ID,
  build,
  message,
  TASK_ID,
  TEMPLATE_VERSION_ID,
  task,
  WORKSPACE_ID,
} from './response-bodies.ts';

const LOGS = `/api/v2/tasks/ada/${TASK_ID}/logs`;

test("a task has its times in ms and the server's texts unchanged", async () => {
  const server = await coderServer();
  server.on('GET', `/api/v2/tasks/ada/${TASK_ID}`, json(200, task({ display_name: '\u001b[31mred' })));
  expect(await backendAt(server).get(ada, neverAborted())).toEqual({
    id: TASK_ID,
    source: 'tasks',
    name: 'fix-login-1f2e',
    displayName: '\u001b[31mred',
    ownerId: '8a2f1a4c-2e07-4a4e-a4a8-3b8f0f0c9c11',
    ownerName: 'ada',
    initialPrompt: 'Please fix the login redirect',
    state: {
      state: 'idle',
      message: 'Which branch should I target?',
      uri: '',
      at: Date.UTC(2026, 2, 4, 10, 5, 6, 123),
    },
    createdAt: Date.UTC(2026, 2, 4, 9),
    updatedAt: Date.UTC(2026, 2, 4, 10, 0, 0, 500),
    facts: {
      kind: 'coder-task',
      status: 'active',
      organizationId: '7c60d51f-b44e-4682-87d6-449835ea4de6',
      ownerAvatarUrl: 'https://example.com/ada.png',
      templateId: 'c6d67e98-83ea-49f0-8812-e4abae2b68bc',
      templateVersionId: TEMPLATE_VERSION_ID,
      templateName: 'docker-ai',
      templateDisplayName: 'Docker with AI',
      templateIcon: '/icon/docker.png',
      workspaceId: WORKSPACE_ID,
      workspaceName: 'fix-login-1f2e',
      workspaceStatus: 'running',
      buildNumber: 3,
      agentId: AGENT_ID,
      agentLifecycle: 'ready',
      agentHealth: { healthy: true, reason: '' },
      appId: APP_ID,
      directory: null,
    },
  });
});

test('optional fields may be missing or null', async () => {
  const server = await coderServer();
  const { id, owner_name, name, status, created_at, updated_at } = task();
  const sparse = { id, owner_name, name, status, created_at, updated_at, workspace_id: null, brand_new: [1] };
  server.on('GET', `/api/v2/tasks/ada/${TASK_ID}`, json(200, sparse));
  expect(await backendAt(server).get(ada, neverAborted())).toMatchObject({
    displayName: '',
    state: null,
    facts: {
      workspaceId: null,
      workspaceStatus: '',
      buildNumber: 0,
      ownerAvatarUrl: '',
      templateIcon: '',
      agentId: null,
      agentLifecycle: null,
      agentHealth: null,
      appId: null,
    },
  });
});

test.each([
  ['working', 'working'],
  ['idle', 'idle'],
  ['complete', 'complete'],
  ['completed', 'complete'],
  ['failure', 'failed'],
  ['failed', 'failed'],
  ['napping', 'unknown'],
  ['constructor', 'unknown'],
])('the agent state %s is %s', async (word, state) => {
  const server = await coderServer();
  const current_state = { timestamp: '2026-03-04T10:00:00Z', state: word, message: '', uri: '' };
  server.on('GET', `/api/v2/tasks/ada/${TASK_ID}`, json(200, task({ current_state })));
  expect((await backendAt(server).get(ada, neverAborted())).state?.state).toBe(state);
});

test('the list query names one owner, or nothing', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()], count: 1 }));
  const backend = backendAt(server);
  expect((await backend.list({ owner: 'me' }, neverAborted())).map(({ name }) => name)).toEqual([
    'fix-login-1f2e',
  ]);
  await backend.list({ owner: null }, neverAborted());
  expect(server.requests.map(({ target }) => target)).toEqual([
    '/api/v2/tasks?q=owner%3Ame',
    '/api/v2/tasks',
  ]);
  expect(server.requests[0]?.headers['coder-session-token']).toBe(TOKEN);
});

test('the list query has filters, and quotes a value with a space', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [] }));
  const query = { owner: 'ada', organization: 'the big one', status: 'active' };
  await backendAt(server).list(query, neverAborted());
  expect(new URL(server.requests[0]?.target ?? '', server.url).searchParams.get('q')).toBe(
    'owner:ada organization:"the big one" status:active',
  );
});

test('a list of null is an empty list', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: null, count: 0 }));
  expect(await backendAt(server).list({ owner: null }, neverAborted())).toEqual([]);
});

test('an unchanged list is the same object; a changed one is not', async () => {
  const server = await coderServer();
  const first = json(200, { tasks: [task()], count: 1 });
  const second = json(200, { tasks: [task({ status: 'paused' })], count: 1 });
  server.on('GET', '/api/v2/tasks', first, first, second, first);
  const backend = backendAt(server);
  const ask = () => backend.list({ owner: 'me' }, neverAborted());
  const [a, b, c, d] = [await ask(), await ask(), await ask(), await ask()];
  expect(b).toBe(a);
  expect(c).not.toBe(a);
  expect(c[0]?.facts.status).toBe('paused');
  // The cache holds only the last response.
  expect(d).not.toBe(a);
  expect(d).toEqual(a);
});

test('lists of different owners do not disturb one another', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [task()], count: 1 }));
  const backend = backendAt(server);
  const mine = await backend.list({ owner: 'me' }, neverAborted());
  const all = await backend.list({ owner: null }, neverAborted());
  expect(await backend.list({ owner: 'me' }, neverAborted())).toBe(mine);
  expect(await backend.list({ owner: null }, neverAborted())).toBe(all);
});

test("a transcript keeps the server's order and the sender of each message", async () => {
  const server = await coderServer();
  const logs = [
    message(4, 'output', 'banner'),
    message(5, 'input', 'fix it'),
    message(3, 'output', 'done'),
    message(6, 'tool', 'something new'),
  ];
  server.on('GET', LOGS, json(200, { logs }));
  const transcript = await backendAt(server).transcript(ada, neverAborted());
  expect(transcript.messages.map(({ id, role, parts }) => [id, role, parts])).toEqual([
    [4, 'agent', textParts('banner')],
    [5, 'user', textParts('fix it')],
    [3, 'agent', textParts('done')],
    [6, 'agent', textParts('something new')],
  ]);
  expect(transcript).toMatchObject({ snapshot: false, snapshotAt: null });
  expect(transcript.messages[0]?.at).toBe(Date.UTC(2026, 2, 4, 10, 4));
});

test('a snapshot has its time, or null without one', async () => {
  const server = await coderServer();
  const at = '2026-03-04T10:00:00Z';
  const taken = { logs: [message(7, 'output', 'the end')], snapshot: true, snapshot_at: at };
  server.on('GET', LOGS, json(200, taken), json(200, { logs: [], snapshot: true }));
  const backend = backendAt(server);
  expect(await backend.transcript(ada, neverAborted())).toMatchObject({
    snapshot: true,
    snapshotAt: Date.parse(at),
  });
  expect(await backend.transcript(ada, neverAborted())).toEqual({
    messages: [],
    snapshot: true,
    snapshotAt: null,
  });
});

test('an unchanged transcript is the same object, per task', async () => {
  const server = await coderServer();
  const logs = json(200, { logs: [message(0, 'output', 'hello')] });
  const other = { id: 'other', ownerName: 'ada' };
  server.on('GET', LOGS, logs, logs, json(200, { logs: [message(0, 'output', 'hello there')] }));
  server.on('GET', '/api/v2/tasks/ada/other/logs', logs);
  const backend = backendAt(server);
  const first = await backend.transcript(ada, neverAborted());
  const elsewhere = await backend.transcript(other, neverAborted());
  expect(elsewhere).not.toBe(first);
  expect(await backend.transcript(ada, neverAborted())).toBe(first);
  expect((await backend.transcript(ada, neverAborted())).messages[0]?.parts).toEqual(
    textParts('hello there'),
  );
  expect(await backend.transcript(other, neverAborted())).toBe(elsewhere);
});

test('templates are those with tasks, from every organization', async () => {
  const server = await coderServer();
  const template = {
    id: 't',
    name: 'docker-ai',
    display_name: 'Docker',
    description: 'Boxes',
    active_version_id: TEMPLATE_VERSION_ID,
    organization_name: 'default',
    build_time_stats: { start: { P50: 40_000, P95: null } },
  };
  server.on('GET', '/api/v2/templates', json(200, [template]), json(200, null));
  const backend = backendAt(server);
  expect(await backend.templates(neverAborted())).toEqual([
    {
      id: 't',
      name: 'docker-ai',
      displayName: 'Docker',
      description: 'Boxes',
      activeVersionId: TEMPLATE_VERSION_ID,
      organizationName: 'default',
      buildDurations: { start: { p50Ms: 40_000, p95Ms: null }, stop: { p50Ms: null, p95Ms: null } },
    },
  ]);
  expect(server.requests[0]?.target).toBe('/api/v2/templates?q=has-ai-task%3Atrue');
  expect(await backend.templates(neverAborted())).toEqual([]);
});

test('presets have capitals on the wire, may set the prompt, and may be null', async () => {
  const server = await coderServer();
  const presets = [
    { ID: 'p', Name: 'Plain', Parameters: null, Default: false, DesiredPrebuildInstances: null },
    {
      ID: 'q',
      Name: 'Review',
      Description: 'Reviews it',
      Default: true,
      Parameters: [
        { Name: 'region', Value: 'eu' },
        { Name: 'AI Prompt', Value: 'Review the branch' },
      ],
    },
  ];
  const path = `/api/v2/templateversions/${TEMPLATE_VERSION_ID}/presets`;
  server.on('GET', path, json(200, presets), json(200, null));
  const backend = backendAt(server);
  expect(await backend.presets(TEMPLATE_VERSION_ID, neverAborted())).toEqual([
    { id: 'p', name: 'Plain', description: '', isDefault: false, prompt: null },
    { id: 'q', name: 'Review', description: 'Reviews it', isDefault: true, prompt: 'Review the branch' },
  ]);
  expect(await backend.presets(TEMPLATE_VERSION_ID, neverAborted())).toEqual([]);
});

test("the user, and the server's version without a token", async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada', name: 'Ada', roles: [] }));
  const info = { version: 'v2.33.4+3f1c0de', dashboard_url: 'https://coder.example.com', telemetry: false };
  server.on('GET', '/api/v2/buildinfo', json(200, info));
  const backend = backendAt(server);
  expect(await backend.me(neverAborted())).toEqual({ id: 'u', username: 'ada', name: 'Ada' });
  expect(await backend.serverInfo(neverAborted())).toEqual({
    version: 'v2.33.4+3f1c0de',
    dashboardUrl: 'https://coder.example.com',
  });
  expect(server.requests.map(({ headers }) => headers['coder-session-token'])).toEqual([TOKEN, undefined]);
});

test('a task has a page on the dashboard, whose address is requested once', async () => {
  const server = await coderServer();
  const info = { version: 'v2.33.4', dashboard_url: 'https://coder.example.com/' };
  server.on('GET', '/api/v2/buildinfo', json(200, info));
  const backend = backendAt(server);
  const ada = { id: TASK_ID, ownerName: 'ada' };
  expect(await backend.pageOf(ada, neverAborted())).toBe(`https://coder.example.com/tasks/ada/${TASK_ID}`);
  expect(await backend.pageOf({ ...ada, ownerName: 'a/b' }, neverAborted())).toBe(
    `https://coder.example.com/tasks/a%2Fb/${TASK_ID}`,
  );
  expect(server.requests).toHaveLength(1);
  server.on('GET', '/api/v2/buildinfo', json(200, { ...info, dashboard_url: '' }));
  expect(await backendAt(server).pageOf(ada, neverAborted())).toBeNull();
});

test('a build has its status and its error', async () => {
  const server = await coderServer();
  const job = { status: 'failed', error: 'no more machines' };
  server.on('GET', `/api/v2/workspacebuilds/${BUILD_ID}`, json(200, build({ job })));
  expect(await backendAt(server).build(BUILD_ID, neverAborted())).toEqual({
    id: BUILD_ID,
    number: 4,
    transition: 'stop',
    status: 'failed',
    error: 'no more machines',
    queuePosition: 0,
    queueSize: 0,
    createdAt: null,
    startedAt: null,
    completedAt: null,
    reason: 'task_manual_pause',
  });
});

test('the latest build of a workspace has its queue position and times', async () => {
  const server = await coderServer();
  const job = {
    status: 'running',
    queue_position: 2,
    queue_size: 3,
    created_at: '2026-03-04T10:00:00Z',
    started_at: '2026-03-04T10:00:20Z',
  };
  const workspace = {
    id: WORKSPACE_ID,
    name: 'fix',
    latest_build: build({ job, transition: 'start', template_version_name: 'v12' }),
  };
  server.on('GET', `/api/v2/workspaces/${WORKSPACE_ID}`, json(200, workspace));
  expect(await backendAt(server).latestBuild(WORKSPACE_ID, neverAborted())).toEqual({
    id: BUILD_ID,
    number: 4,
    transition: 'start',
    status: 'running',
    error: '',
    queuePosition: 2,
    queueSize: 3,
    createdAt: Date.parse('2026-03-04T10:00:00Z'),
    startedAt: Date.parse('2026-03-04T10:00:20Z'),
    completedAt: null,
    reason: 'task_manual_pause',
    templateVersion: 'v12',
  });
});

test("requests stay below the deployment's path", async () => {
  const server = await coderServer({ prefix: '/tools/coder' });
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [] }));
  expect(await backendAt({ url: `${server.url}/?x=1#y` }).list({ owner: null }, neverAborted())).toEqual([]);
  expect(server.requests[0]?.target).toBe('/tools/coder/api/v2/tasks');
});

test('a compressed response is decompressed', async () => {
  const server = await coderServer();
  server.on('GET', '/api/v2/tasks', (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify({ tasks: [task()] })));
  });
  const backend = backendAt(server);
  const first = await backend.list({ owner: null }, neverAborted());
  expect(first).toHaveLength(1);
  expect(await backend.list({ owner: null }, neverAborted())).toBe(first);
});

test('the output of start-up scripts is read by the agent', async () => {
  const server = await coderServer();
  const line = {
    id: 7,
    created_at: '2026-03-04T10:00:00Z',
    output: 'exit 1',
    level: 'error',
    source_id: 's',
  };
  server.on('GET', '/api/v2/workspaceagents/a1/logs', json(200, [line]));
  expect(await backendAt(server).agentLogs('a1', neverAborted())).toEqual([
    { id: 7, at: Date.parse(line.created_at), level: 'error', stage: '', output: 'exit 1' },
  ]);
});

test('external authentication, users and build logs', async () => {
  const server = await coderServer();
  const github = { id: 'gh', type: 'github', display_name: 'GitHub', authenticate_url: 'https://x/gh' };
  server.on(
    'GET',
    `/api/v2/templateversions/${TEMPLATE_VERSION_ID}/external-auth`,
    json(200, [
      { ...github, display_icon: '', authenticated: true },
      { id: 'jira', type: 'oauth2', authenticate_url: 'https://x/j', authenticated: false, optional: true },
    ]),
  );
  server.on(
    'GET',
    '/api/v2/users',
    json(200, { users: [{ id: 'u', username: 'ada', name: 'A' }], count: 1 }),
  );
  const line = {
    id: 7,
    created_at: '2026-03-04T10:00:00Z',
    log_source: 'provisioner',
    log_level: 'info',
    stage: 'Planning',
    output: 'ok',
  };
  const logs = `/api/v2/workspacebuilds/${BUILD_ID}/logs`;
  server.on('GET', logs, json(200, [line]), json(200, null));
  const backend = backendAt(server);
  expect(await backend.externalAuth(TEMPLATE_VERSION_ID, neverAborted())).toEqual([
    { id: 'gh', name: 'GitHub', url: 'https://x/gh', done: true, required: true },
    { id: 'jira', name: 'oauth2', url: 'https://x/j', done: false, required: false },
  ]);
  expect(await backend.users('a d', neverAborted())).toEqual([{ id: 'u', username: 'ada', name: 'A' }]);
  expect(await backend.buildLogs(BUILD_ID, 0, neverAborted())).toEqual([
    { id: 7, at: Date.UTC(2026, 2, 4, 10), level: 'info', stage: 'Planning', output: 'ok' },
  ]);
  expect(await backend.buildLogs(BUILD_ID, 7, neverAborted())).toEqual([]);
  expect(server.requests.map(({ target }) => target).slice(1)).toEqual([
    '/api/v2/users?q=a+d&limit=50',
    logs,
    `${logs}?after=7`,
  ]);
});
