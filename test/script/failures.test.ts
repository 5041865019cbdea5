import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { list } from '../../src/script/list.ts';
import { watch } from '../../src/script/watch.ts';
import { type CoderServer, json, type Reply, startCoderServer } from '../support/coder-server.ts';
import { run, scriptFixture } from './script-fixture.ts';

let coder: CoderServer;
beforeEach(async () => {
  coder = await startCoderServer();
});
afterEach(() => coder.close());

const backend = () => createCoderBackend({ url: coder.url, token: 'token', timeouts: { connect: 2_000 } });

const ID = '6f1c1f0e-0000-4000-8000-000000000001';
const task = (fields: object = {}) => ({
  id: ID,
  owner_name: 'ada',
  name: 'fix',
  display_name: 'Fix it',
  status: 'active',
  workspace_status: 'running',
  current_state: { timestamp: '2026-01-01T00:00:00Z', state: 'idle', message: 'Which?', uri: '' },
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  ...fields,
});

describe('each kind of error has its exit code and its JSON', () => {
  test.each([
    [401, { message: 'You are signed out.' }, 3, 'signed-out'],
    [403, { message: 'Forbidden.' }, 3, 'forbidden'],
    [429, { message: 'Slow down.' }, 1, 'rate-limited'],
    [500, { message: 'Oh.' }, 1, 'server'],
    [404, { message: 'Route not found.' }, 6, 'no-tasks'],
  ])('%i', async (status, body, code, kind) => {
    coder.on('GET', '/api/v2/tasks', json(status, body));
    coder.on('GET', '/api/experimental/tasks', json(status, body));
    const ran = await run(backend(), ['list', '--json']);
    expect([ran.code, ran.out]).toEqual([code, '']);
    expect(JSON.parse(ran.err).error).toMatchObject({
      kind,
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect(ran.err).toMatch(/^[^\n]*\n$/);
    expect((await run(backend(), ['list'])).err).toMatch(/^taskdeck: [^\n]*\n$/);
  });

  test('a web page instead of data', async () => {
    coder.on('GET', '/api/v2/tasks', (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Sign in</title>');
    });
    const ran = await run(backend(), ['list', '--json']);
    expect([ran.code, JSON.parse(ran.err).error.kind]).toEqual([5, 'not-coder']);
  });

  test('an unreachable server', async () => {
    const { url } = coder;
    await coder.close();
    const ran = await run(createCoderBackend({ url, token: 'token' }), ['show', 'fix', '--json']);
    expect([ran.code, JSON.parse(ran.err).error]).toMatchObject([5, { kind: 'unreachable' }]);
    coder = await startCoderServer();
  });

  test('a token that the local server rejects', async () => {
    const on = await scriptFixture();
    const stranger = createCoderBackend({ url: on.server.url, token: 'wrong-token' });
    expect((await run(stranger, ['list'])).code).toBe(3);
    await on.close();
  });
});

describe('a send whose answer is lost', () => {
  const TASK = '/api/v2/tasks/ada/6f1c1f0e-0000-4000-8000-000000000001';
  const input = { id: 1, content: 'yes ', type: 'input', time: '2026-01-01T00:00:01Z' };
  const cut: Reply = (_response, _request, socket) => {
    socket.destroy();
  };
  const inputs = (count: number) =>
    json(200, { logs: Array.from({ length: count }, (_, id) => ({ ...input, id })) });

  beforeEach(() => {
    coder.on('GET', '/api/v2/tasks/me/fix', json(200, task()));
    coder.on('POST', `${TASK}/send`, cut);
  });
  const sends = () => coder.requests.filter(({ method }) => method === 'POST').length;

  test('succeeds when the transcript has the message once more', async () => {
    coder.on('GET', `${TASK}/logs`, inputs(1), inputs(2));
    expect(await run(backend(), ['send', 'fix', 'yes'])).toEqual({
      code: 0,
      out: 'Sent to fix.\n',
      err: '',
    });
    expect(sends()).toBe(1);
  });

  test('fails with a hint and is not sent again when the transcript lacks the message', async () => {
    coder.on('GET', `${TASK}/logs`, inputs(1));
    const ran = await run(backend(), ['send', 'fix', 'yes', '--wait']);
    expect(ran.code).toBe(5);
    expect(ran.err).toMatch(/It may have arrived\. Check with "taskdeck logs"/);
    expect(sends()).toBe(1);
  });

  test("succeeds when it is in the server's queue, with a receipt or without", async () => {
    coder.on('GET', `${TASK}/logs`, inputs(1));
    const withSource = (replace: Partial<Source>): AgentBackend => {
      const original = backend();
      return { ...original, sources: [{ ...original.sources[0], ...replace }] };
    };
    const queued = withSource({ send: async () => ({ kind: 'queued', queueId: '1' }) });
    const lost = withSource({ resolve: async () => 'queued' });
    for (const each of [queued, lost])
      expect(await run(each, ['send', 'fix', 'yes'])).toEqual({
        code: 0,
        out: 'Queued on the server for fix.\n',
        err: '',
      });
    const { out } = await run(queued, ['send', 'fix', 'yes', '--json']);
    expect(JSON.parse(out)).toEqual([{ task: task().id, ok: true }]);
  });

  test('fails without a transcript, too', async () => {
    coder.on('GET', `${TASK}/logs`, json(502, { message: 'Failed to reach task app endpoint.' }));
    expect((await run(backend(), ['send', 'fix', 'yes'])).code).toBe(5);
    expect(sends()).toBe(1);
  });

  test('is retried for a busy agent only with --wait', async () => {
    const busy = json(502, { message: 'Task app is not ready to accept input.', detail: 'Status: running' });
    coder.on('GET', `${TASK}/logs`, inputs(0));
    coder.on('GET', TASK, json(200, task()));
    coder.on('POST', `${TASK}/send`, busy, busy, (response) => {
      response.writeHead(204).end();
    });
    expect((await run(backend(), ['send', 'fix', 'yes'])).code).toBe(1);
    expect(sends()).toBe(1);
    expect((await run(backend(), ['send', 'fix', 'yes', '--wait'])).code).toBe(0);
    expect(sends()).toBe(3);
  });
});

test('a waiting command retries after a transient error, and reports it once', async () => {
  const working = task({ current_state: { ...task().current_state, state: 'working' } });
  coder.on('GET', '/api/v2/tasks/me/fix', json(200, working));
  coder.on(
    'GET',
    `/api/v2/tasks/ada/${ID}`,
    json(503, { message: 'Restarting.' }),
    json(503, { message: 'Restarting.' }),
    json(200, task()),
  );
  const { code, out, err } = await run(backend(), ['wait', 'fix']);
  expect([code, out]).toEqual([0, 'fix is idle.\n']);
  expect(err.match(/Retrying/g)).toHaveLength(1);
});

describe('create', () => {
  const template = (name: string, organization: string) => ({
    id: `${organization}-${name}`,
    name,
    organization_name: organization,
    active_version_id: `version-of-${organization}-${name}`,
  });
  const preset = (Name: string, Default: boolean, prompt?: string) => ({
    ID: `preset-${Name}`,
    Name,
    Default,
    Parameters: prompt === undefined ? null : [{ Name: 'AI Prompt', Value: prompt }],
  });
  const created = () =>
    JSON.parse(coder.requests.findLast(({ method }) => method === 'POST')?.body ?? 'null');

  beforeEach(() => {
    coder.on('GET', '/api/v2/tasks', json(200, { tasks: [], count: 0 }));
    coder.on('GET', '/api/v2/templates', json(200, [template('docker', 'one')]));
    coder.on('GET', '/api/v2/templateversions/version-of-one-docker/presets', json(200, null));
    coder.on('POST', '/api/v2/tasks/me', json(201, task()));
  });

  test('uses the only template, the name and the title', async () => {
    const { code, out } = await run(backend(), [
      'create',
      'Fix',
      '--name',
      'fix',
      '--display-name',
      'Fix it',
    ]);
    expect([code, out]).toEqual([0, 'fix\n']);
    expect(created()).toEqual({
      template_version_id: 'version-of-one-docker',
      input: 'Fix',
      name: 'fix',
      display_name: 'Fix it',
    });
  });

  test('needs a choice of several templates, also by organization', async () => {
    coder.on('GET', '/api/v2/templates', json(200, [template('docker', 'one'), template('docker', 'two')]));
    coder.on('GET', '/api/v2/templateversions/version-of-two-docker/presets', json(200, null));
    const { code, err } = await run(backend(), ['create', 'Fix']);
    expect([code, err]).toEqual([
      2,
      'taskdeck: This server has several templates. Choose one with --template: one/docker, two/docker.\n',
    ]);
    expect((await run(backend(), ['create', 'Fix', '-t', 'docker'])).err).toMatch(
      /More than one template is called/,
    );
    expect(created()).toBeNull();
    expect((await run(backend(), ['create', 'Fix', '-t', 'Two/Docker'])).code).toBe(0);
    expect(created()).toMatchObject({ template_version_id: 'version-of-two-docker' });
    expect((await run(backend(), ['create', 'Fix', '--org', 'two'])).code).toBe(0);
    expect((await run(backend(), ['create', 'Fix', '--org', 'three'])).err).toMatch(
      /The organization three has no task templates\./,
    );
  });

  test('uses the default preset, another by name, or none', async () => {
    const presets = [preset('Big', false), preset('Small', true)];
    coder.on('GET', '/api/v2/templateversions/version-of-one-docker/presets', json(200, presets));
    const presetOf = async (...flags: readonly string[]) => {
      await run(backend(), ['create', 'Fix', ...flags]);
      return created().template_version_preset_id;
    };
    expect(await presetOf()).toBe('preset-Small');
    expect(await presetOf('--preset', 'big')).toBe('preset-Big');
    expect(await presetOf('--preset', 'none')).toBeUndefined();
    expect((await run(backend(), ['create', 'Fix', '--preset', 'Huge'])).err).toMatch(
      /Presets: Big, Small\./,
    );
  });

  test('uses the prompt of a preset that has one, and rejects another', async () => {
    const presets = [preset('Nightly', false, 'Update everything')];
    coder.on('GET', '/api/v2/templateversions/version-of-one-docker/presets', json(200, presets));
    expect((await run(backend(), ['create', '--preset', 'Nightly'])).code).toBe(0);
    expect(created()).toMatchObject({
      input: 'Update everything',
      template_version_preset_id: 'preset-Nightly',
    });
    const { code, err } = await run(backend(), ['create', 'Something else', '--preset', 'Nightly']);
    expect([code, err]).toEqual([2, expect.stringMatching(/has its own prompt/)]);
  });

  test('reports a server without task templates', async () => {
    coder.on('GET', '/api/v2/templates', json(200, []));
    const { code, err } = await run(backend(), ['create', 'Fix']);
    expect([code, err]).toEqual([
      1,
      'taskdeck: This server has no task templates. Ask an administrator to add one.\n',
    ]);
  });
});

describe('the reader of the output goes away', () => {
  test('a list ends quietly', async () => {
    coder.on(
      'GET',
      '/api/v2/tasks',
      json(200, { tasks: Array.from({ length: 5_000 }, () => task()), count: 5_000 }),
    );
    const { pipe, ended } = await closedPipe();
    const err = new PassThrough();
    const io = {
      stdin: new PassThrough(),
      stdout: pipe,
      stderr: err,
      isTTY: { stdin: false, stdout: false },
    };
    const context = { backend: backend(), clock: systemClock, io, signal: new AbortController().signal };
    const everything = {
      owner: 'me',
      organization: null,
      query: parseTaskQuery(''),
      statuses: [],
      phases: [],
    };
    expect(await list(context, { ...everything, json: true, quiet: false })).toBe(0);
    expect(await watch(context, { ...everything, json: true })).toBe(0);
    expect(err.read()).toBeNull();
    await ended;
  });

  /** The writing end of a pipe whose reader process has ended. */
  async function closedPipe() {
    const child = spawn('true', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'exit');
    return { pipe: child.stdin, ended: child.stdin.closed ? Promise.resolve() : once(child.stdin, 'close') };
  }
});

test('the server filters where it can', async () => {
  coder.on(
    'GET',
    '/api/v2/tasks',
    json(200, { tasks: [task(), task({ id: 'x', status: 'paused' })], count: 2 }),
  );
  const asked = async (...flags: readonly string[]) => {
    const { out } = await run(backend(), ['list', '--json', ...flags]);
    const { target = '' } =
      coder.requests.findLast((request) => request.target.startsWith('/api/v2/tasks')) ?? {};
    return [new URL(target, coder.origin).searchParams.get('q'), JSON.parse(out).length];
  };
  expect(await asked()).toEqual(['owner:me', 2]);
  expect(await asked('--all')).toEqual([null, 2]);
  expect(await asked('--owner', 'ada', '--org', 'main')).toEqual(['owner:ada organization:main', 2]);
  expect(await asked('--status', 'paused')).toEqual(['owner:me status:paused', 1]);
  expect(await asked('--status', 'paused,active')).toEqual(['owner:me', 2]);
  // Also conditions of the query that a server can apply.
  expect(await asked('--query', 'owner:ada')).toEqual(['owner:ada', 2]);
  expect(await asked('--query', 'owner:me status:paused')).toEqual(['owner:me status:paused', 1]);
  expect(await asked('--query', 'status:pa,act')).toEqual(['owner:me', 2]);
  expect(await asked('--query', 'status:p')).toEqual(['owner:me', 1]);
  expect(await asked('--query', '!status:paused !owner:bob')).toEqual(['owner:me', 1]);
  expect(await asked('--query', 'owner:ad,bob')).toEqual([null, 2]);
  expect(await asked('--all', '--query', 'owner:ada')).toEqual([null, 2]);
  expect(await asked('--owner', 'ada', '--query', 'owner:bob')).toEqual(['owner:ada', 0]);
  // A part of a name is no user, so the tasks of all users are searched.
  coder.on('GET', '/api/v2/tasks?q=owner%3Aad', json(400, { message: 'Invalid task search query.' }));
  expect(await asked('--query', 'owner:ad')).toEqual([null, 2]);
});

test('a command that is interrupted during a request exits with 130', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const controller = new AbortController();
  const ran = run(createCoderBackend({ url: `http://127.0.0.1:${port}`, token: 't' }), ['list'], {
    signal: controller.signal,
  });
  await once(silent, 'connection');
  controller.abort();
  expect(await ran).toEqual({ code: 130, out: '', err: '' });
  for (const socket of sockets) socket.destroy();
  silent.close();
});
