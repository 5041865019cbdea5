import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startLocalServer } from '../support/local-server.ts';
import { TestClient, waitUntil } from './test-client.ts';

/**
 * One row for each case of section 6 of the contract (and related ones of sections 4 and 8) that can occur on a local
 * server. Names in paths stand for objects that `beforeAll` creates in each state.
 */
interface Row {
  readonly case: string;
  readonly request: readonly [method: string, path: string, body?: unknown];
  readonly status: number;
  /** Expected parts of the body; a string is the complete text. */
  readonly body?: unknown;
}

const NO_OBJECT = { message: 'Resource not found or you do not have access to this resource' };
const NO_ROUTE = { message: 'Route not found.' };
const NO_USER = { message: '"user" must be an existing uuid or username.' };
const ACTIVE = { message: 'A workspace build is already active.' };
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** A clock that delays builds: timers of 0 ms wait while `held`. */
class HeldClock implements Clock {
  held = false;
  readonly #due: (() => void)[] = [];
  readonly now = systemClock.now;
  readonly monotonic = systemClock.monotonic;
  readonly wall = systemClock.wall;
  readonly onSleep = systemClock.onSleep;

  after(ms: number, callback: () => void): () => void {
    if (ms > 0 || !this.held) return systemClock.after(ms, callback);
    this.#due.push(callback);
    return () => {
      const index = this.#due.indexOf(callback);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  release(): void {
    this.held = false;
    for (const callback of this.#due.splice(0)) callback();
  }
}

const clock = new HeldClock();
let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;
let names: Readonly<Record<string, string>> = {};

/** Replaces `{name}` in paths and bodies. */
const fill = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (match, name: string) => names[name] ?? match);
const filled = (value: unknown): unknown =>
  typeof value === 'string' ? fill(value) : JSON.parse(fill(JSON.stringify(value)));

beforeAll(async () => {
  server = await startLocalServer({ clock, graceMs: 30_000 });
  client = new TestClient(server);
  const version = await client.versionOf();

  const resting = await client.create('echo resting', { name: 'Resting' });
  await client.until(resting.id, 'active', 'complete');
  const busy = await client.create('echo up; sleep 600', { name: 'busy' });
  await waitUntil('busy', async () => (await client.lastContent(busy.id)) === 'up\n');
  const paused = await client.create('echo paused', { name: 'paused' });
  await client.until(paused.id, 'active', 'complete');
  await client.act(paused.id, 'pause');
  await client.until(paused.id, 'paused');
  // Ignores SIGTERM, so that its pause lasts as long as the test.
  const pausing = await client.create("trap '' TERM; echo up; while :; do sleep 1; done", {
    name: 'pausing',
  });
  await waitUntil('pausing', async () => (await client.lastContent(pausing.id)) === 'up\n');
  await client.act(pausing.id, 'pause');
  await waitUntil('stopping', async () => (await client.get(pausing.id)).workspace_status === 'stopping');
  const gone = await client.create('echo gone', { name: 'gone' });
  await client.until(gone.id, 'active', 'complete');
  await client.call('DELETE', `/api/v2/tasks/me/${gone.id}`);
  await waitUntil('gone', async () => {
    return (await client.call('GET', `/api/v2/workspaces/${gone.workspace_id}`)).status === 410;
  });
  const failed = await client.create('echo failed', { name: 'failed' });
  await client.until(failed.id, 'active', 'complete');
  clock.held = true;
  const canceled = await client.act(failed.id, 'pause');
  const canceledBuild = (canceled.body as { workspace_build: { id: string } }).workspace_build.id;
  await client.call('PATCH', `/api/v2/workspacebuilds/${canceledBuild}/cancel`);
  const pending = await client.create('echo pending', { name: 'pending' });
  names = {
    version,
    resting: resting.id,
    busy: busy.id,
    paused: paused.id,
    pausing: pausing.id,
    gone: gone.id,
    failed: failed.id,
    pending: pending.id,
    owner: resting.owner_name,
    ownerId: resting.owner_id,
    organizationId: resting.organization_id,
    restingWorkspace: resting.workspace_id ?? '',
    busyWorkspace: busy.workspace_id ?? '',
    goneWorkspace: gone.workspace_id ?? '',
    canceledBuild,
    unknown: UNKNOWN_ID,
  };
});

afterAll(async () => {
  clock.release();
  await server.close();
});

const P = '/api/v2/tasks';
const create = (more: object) =>
  ['POST', `${P}/me`, { template_version_id: '{version}', input: 'true', ...more }] as const;
const badQuery = (field: string) => ({
  message: 'Invalid task search query.',
  validations: [{ field, detail: expect.any(String) }],
});
const badName = (detail: string) => ({
  message: 'Unable to create a Task with the provided name.',
  detail: expect.stringContaining(detail),
});

const rows: readonly Row[] = [
  // GET P?q=
  { case: 'list everything', request: ['GET', P], status: 200, body: { count: 6, tasks: expect.any(Array) } },
  { case: 'list: owner:me', request: ['GET', `${P}?q=owner:me`], status: 200, body: { count: 6 } },
  { case: 'list: owner by name', request: ['GET', `${P}?q=owner:{owner}`], status: 200, body: { count: 6 } },
  { case: 'list: owner by id', request: ['GET', `${P}?q=owner:{ownerId}`], status: 200, body: { count: 6 } },
  { case: 'list: a bare word is an owner', request: ['GET', `${P}?q=me`], status: 200, body: { count: 6 } },
  {
    case: 'list: capitals do not count',
    request: ['GET', `${P}?q=OWNER:ME`],
    status: 200,
    body: { count: 6 },
  },
  { case: 'list: quoted', request: ['GET', `${P}?q=owner:%22me%22`], status: 200, body: { count: 6 } },
  {
    case: 'list: organization by name',
    request: ['GET', `${P}?q=organization:local`],
    status: 200,
    body: { count: 6 },
  },
  {
    case: 'list: organization by id',
    request: ['GET', `${P}?q=organization:{organizationId}`],
    status: 200,
    body: { count: 6 },
  },
  {
    case: 'list: by status',
    request: ['GET', `${P}?q=status:paused`],
    status: 200,
    body: { count: 1, tasks: [expect.objectContaining({ id: '{paused}' })] },
  },
  {
    case: 'list: several terms',
    request: ['GET', `${P}?q=owner:me%20status:unknown`],
    status: 200,
    body: { count: 1, tasks: [expect.objectContaining({ id: '{pausing}' })] },
  },
  {
    case: 'list: nothing found is an empty array',
    request: ['GET', `${P}?q=status:initializing`],
    status: 200,
    body: '{"tasks":[],"count":0}\n',
  },
  { case: 'list: unknown key', request: ['GET', `${P}?q=name:x`], status: 400, body: badQuery('name') },
  { case: 'list: unknown owner', request: ['GET', `${P}?q=nobody`], status: 400, body: badQuery('owner') },
  {
    case: 'list: quoted unknown owner',
    request: ['GET', `${P}?q=%22no%20body%22`],
    status: 400,
    body: badQuery('owner'),
  },
  {
    case: 'list: unknown organization',
    request: ['GET', `${P}?q=organization:x`],
    status: 400,
    body: badQuery('organization'),
  },
  { case: 'list: leading colon', request: ['GET', `${P}?q=:me`], status: 400, body: badQuery('q') },
  { case: 'list: trailing colon', request: ['GET', `${P}?q=owner:`], status: 400, body: badQuery('q') },
  { case: 'list: two colons', request: ['GET', `${P}?q=owner:me:me`], status: 400, body: badQuery('q') },
  {
    case: 'list: a key twice',
    request: ['GET', `${P}?q=owner:me%20owner:me`],
    status: 400,
    body: badQuery('owner'),
  },
  { case: 'list: a status that does not exist', request: ['GET', `${P}?q=status:sleeping`], status: 500 },

  // POST P/{user}
  {
    case: 'create: no body',
    request: ['POST', `${P}/me`],
    status: 400,
    body: { message: 'Request body must be valid JSON.', detail: 'EOF' },
  },
  {
    case: 'create: half a body',
    request: ['POST', `${P}/me`, '{"input":'],
    status: 400,
    body: { message: 'Request body must be valid JSON.' },
  },
  {
    case: 'create: wrong type',
    request: create({ input: 7 }),
    status: 400,
    body: { message: 'Request body must be valid JSON.' },
  },
  {
    case: 'create: an id that is none',
    request: create({ template_version_id: 'x' }),
    status: 400,
    body: { message: 'Request body must be valid JSON.', detail: 'invalid UUID length: 1' },
  },
  {
    case: 'create: no template version',
    request: ['POST', `${P}/me`, { input: 'true' }],
    status: 400,
    body: { validations: [{ field: 'template_version_id', detail: expect.any(String) }] },
  },
  {
    case: 'create: unknown template version',
    request: create({ template_version_id: UNKNOWN_ID }),
    status: 400,
    body: { message: 'Template version not found or you do not have access to this resource' },
  },
  {
    case: 'create: name too long',
    request: create({ name: 'a'.repeat(33) }),
    status: 400,
    body: badName('must be <= 32 characters'),
  },
  {
    case: 'create: name with a space',
    request: create({ name: 'a b' }),
    status: 400,
    body: badName('must be alphanumeric with hyphens'),
  },
  { case: 'create: reserved name', request: create({ name: 'new' }), status: 400, body: badName('reserved') },
  {
    case: 'create: reserved name in capitals',
    request: create({ name: 'CREATE' }),
    status: 400,
    body: badName('reserved'),
  },
  {
    case: 'create: display name over 64 bytes',
    request: create({ display_name: 'ä'.repeat(33) }),
    status: 400,
    body: { message: 'Display name must be 64 characters or less.' },
  },
  {
    case: 'create: name taken, in another case',
    request: create({ name: 'rESTING' }),
    status: 409,
    body: {
      message: 'Workspace "rESTING" already exists.',
      validations: [{ field: 'name', detail: expect.any(String) }],
    },
  },
  { case: 'create: unknown user', request: ['POST', `${P}/nobody`, {}], status: 400, body: NO_USER },
  {
    case: 'create: a directory that is not there',
    request: create({ directory: '/nowhere/at/all' }),
    status: 400,
    body: { validations: [{ field: 'directory', detail: expect.any(String) }] },
  },
  {
    case: 'create: a directory that depends on who asks',
    request: create({ directory: 'here' }),
    status: 400,
    body: { detail: 'must be an absolute path' },
  },

  // GET P/{user}/{task}
  {
    case: 'get by id',
    request: ['GET', `${P}/me/{resting}`],
    status: 200,
    body: { id: '{resting}', name: 'Resting' },
  },
  {
    case: 'get by id in capitals',
    request: ['GET', `${P}/me/{RESTING}`],
    status: 200,
    body: { id: '{resting}' },
  },
  { case: 'get by name', request: ['GET', `${P}/{owner}/Resting`], status: 200, body: { id: '{resting}' } },
  {
    case: 'get by name, case ignored',
    request: ['GET', `${P}/me/rEsTiNg`],
    status: 200,
    body: { id: '{resting}' },
  },
  { case: 'get: unknown id', request: ['GET', `${P}/me/{unknown}`], status: 404, body: NO_OBJECT },
  { case: 'get: unknown name', request: ['GET', `${P}/me/nothing`], status: 404, body: NO_OBJECT },
  { case: 'get: deleted', request: ['GET', `${P}/me/{gone}`], status: 404, body: NO_OBJECT },
  { case: 'get: unknown user', request: ['GET', `${P}/nobody/Resting`], status: 400, body: NO_USER },
  {
    case: 'get: canceled build',
    request: ['GET', `${P}/me/{failed}`],
    status: 200,
    body: { status: 'error', workspace_status: 'canceled' },
  },
  {
    case: 'get: nullable ids while pending',
    request: ['GET', `${P}/me/{pending}`],
    status: 200,
    body: { status: 'pending', workspace_agent_id: null, workspace_app_id: null, current_state: null },
  },

  // DELETE P/{user}/{task}
  { case: 'delete: unknown', request: ['DELETE', `${P}/me/{unknown}`], status: 404, body: NO_OBJECT },
  { case: 'delete: deleted already', request: ['DELETE', `${P}/me/{gone}`], status: 404, body: NO_OBJECT },
  { case: 'delete: while it pauses', request: ['DELETE', `${P}/me/{pausing}`], status: 409, body: ACTIVE },
  { case: 'delete: while it starts', request: ['DELETE', `${P}/me/{pending}`], status: 409, body: ACTIVE },

  // PATCH P/{user}/{task}/input
  {
    case: 'input: blank',
    request: ['PATCH', `${P}/me/{paused}/input`, { input: '  ' }],
    status: 400,
    body: { message: 'Task input is required.' },
  },
  {
    case: 'input: not paused',
    request: ['PATCH', `${P}/me/{resting}/input`, { input: 'x' }],
    status: 409,
    body: { message: 'Unable to update task input, task must be paused.' },
  },
  {
    case: 'input: unknown task',
    request: ['PATCH', `${P}/me/{unknown}/input`, { input: 'x' }],
    status: 404,
    body: NO_OBJECT,
  },
  {
    case: 'input: no body',
    request: ['PATCH', `${P}/me/{paused}/input`],
    status: 400,
    body: { detail: 'EOF' },
  },
  {
    case: 'input: changed',
    request: ['PATCH', `${P}/me/{paused}/input`, { input: 'echo new' }],
    status: 204,
    body: '',
  },

  // GET P/{user}/{task}/logs
  {
    case: 'logs: active, live',
    request: ['GET', `${P}/me/{resting}/logs`],
    status: 200,
    body: {
      logs: [
        { id: 0, type: 'output' },
        { id: 1, type: 'input', content: 'echo resting' },
        { id: 2, type: 'output', content: 'resting\n' },
      ],
    },
  },
  {
    case: 'logs: paused, snapshot',
    request: ['GET', `${P}/me/{paused}/logs`],
    status: 200,
    body: { snapshot: true, snapshot_at: expect.stringMatching(/^\d{4}-.*Z$/), logs: expect.any(Array) },
  },
  {
    case: 'logs: pending, without a snapshot',
    request: ['GET', `${P}/me/{pending}/logs`],
    status: 200,
    body: '{"logs":[],"snapshot":true}\n',
  },
  {
    case: 'logs: unknown',
    request: ['GET', `${P}/me/{pausing}/logs`],
    status: 409,
    body: { message: 'Cannot fetch logs for task in current state.', detail: 'Task status is "unknown".' },
  },
  {
    case: 'logs: error',
    request: ['GET', `${P}/me/{failed}/logs`],
    status: 409,
    body: { message: 'Cannot fetch logs for task in current state.', detail: 'Task status is "error".' },
  },
  { case: 'logs: unknown task', request: ['GET', `${P}/me/{unknown}/logs`], status: 404, body: NO_OBJECT },

  // POST P/{user}/{task}/send
  {
    case: 'send: nothing',
    request: ['POST', `${P}/me/{resting}/send`, { input: '' }],
    status: 400,
    body: { message: 'Task input is required.' },
  },
  {
    case: 'send: nothing, to a paused task',
    request: ['POST', `${P}/me/{paused}/send`, {}],
    status: 400,
    body: { message: 'Task input is required.' },
  },
  {
    case: 'send: pending',
    request: ['POST', `${P}/me/{pending}/send`, { input: 'x' }],
    status: 409,
    body: { message: 'Task is pending.' },
  },
  {
    case: 'send: paused',
    request: ['POST', `${P}/me/{paused}/send`, { input: 'x' }],
    status: 409,
    body: { message: 'Task is paused.', detail: 'Resume the task to send messages.' },
  },
  {
    case: 'send: unknown',
    request: ['POST', `${P}/me/{pausing}/send`, { input: 'x' }],
    status: 400,
    body: { message: 'Task must be active.' },
  },
  {
    case: 'send: error',
    request: ['POST', `${P}/me/{failed}/send`, { input: 'x' }],
    status: 400,
    body: { message: 'Task must be active.' },
  },
  {
    case: 'send: agent busy',
    request: ['POST', `${P}/me/{busy}/send`, { input: 'x' }],
    status: 502,
    body: { message: 'Task app is not ready to accept input.', detail: 'Status: running' },
  },
  {
    case: 'send: whitespace only',
    request: ['POST', `${P}/me/{resting}/send`, { input: ' \n ' }],
    status: 502,
    body: { message: 'Task app rejected the message.' },
  },
  {
    case: 'send: unknown task',
    request: ['POST', `${P}/me/{unknown}/send`, { input: 'x' }],
    status: 404,
    body: NO_OBJECT,
  },

  // Pause, resume
  { case: 'pause: unknown task', request: ['POST', `${P}/me/{unknown}/pause`], status: 404, body: NO_OBJECT },
  { case: 'pause: while it pauses', request: ['POST', `${P}/me/{pausing}/pause`], status: 409, body: ACTIVE },
  { case: 'pause: while it starts', request: ['POST', `${P}/me/{pending}/pause`], status: 409, body: ACTIVE },
  {
    case: 'resume: unknown task',
    request: ['POST', `${P}/me/{unknown}/resume`],
    status: 404,
    body: NO_OBJECT,
  },
  {
    case: 'resume: while it pauses',
    request: ['POST', `${P}/me/{pausing}/resume`],
    status: 409,
    body: ACTIVE,
  },
  {
    case: 'resume: not paused',
    request: ['POST', `${P}/me/{resting}/resume`],
    status: 409,
    body: { message: expect.stringContaining('must be paused') },
  },
  {
    case: 'resume: error',
    request: ['POST', `${P}/me/{failed}/resume`],
    status: 409,
    body: { message: expect.stringContaining('must be paused') },
  },

  // Section 4
  { case: 'unknown path', request: ['GET', '/api/v2/nothing'], status: 404, body: NO_ROUTE },
  { case: 'experimental alias', request: ['GET', '/api/experimental/tasks'], status: 404, body: NO_ROUTE },
  {
    case: 'the doubled prefix',
    request: ['GET', '/api/v2/api/experimental/tasks'],
    status: 404,
    body: NO_ROUTE,
  },
  { case: 'chats', request: ['GET', '/api/experimental/chats'], status: 404, body: NO_ROUTE },
  { case: 'wrong method', request: ['DELETE', P], status: 405, body: '' },
  { case: 'wrong method on a task', request: ['POST', `${P}/me/{resting}`], status: 405, body: '' },
  {
    case: 'buildinfo',
    request: ['GET', '/api/v2/buildinfo'],
    status: 200,
    body: { version: expect.stringMatching(/^v2\.34\.\d+\+/), deployment_id: expect.any(String) },
  },

  // Section 8
  {
    case: 'me',
    request: ['GET', '/api/v2/users/me'],
    status: 200,
    body: { id: '{ownerId}', username: '{owner}', organization_ids: ['{organizationId}'] },
  },
  { case: 'user by name', request: ['GET', '/api/v2/users/{owner}'], status: 200, body: { id: '{ownerId}' } },
  {
    case: 'users',
    request: ['GET', '/api/v2/users?q=&limit=10'],
    status: 200,
    body: { count: 1, users: [{ username: '{owner}' }] },
  },
  {
    case: 'organizations',
    request: ['GET', '/api/v2/users/me/organizations'],
    status: 200,
    body: [{ id: '{organizationId}' }],
  },
  {
    case: 'templates',
    request: ['GET', '/api/v2/templates?q=has-ai-task:true'],
    status: 200,
    body: expect.arrayContaining([
      expect.objectContaining({
        name: 'shell',
        active_version_id: '{version}',
        build_time_stats: {
          start: { P50: null, P95: null },
          stop: { P50: null, P95: null },
          delete: { P50: null, P95: null },
        },
      }),
    ]),
  },
  {
    case: 'templates without tasks',
    request: ['GET', '/api/v2/templates?q=has-ai-task:false'],
    status: 200,
    body: '[]\n',
  },
  {
    case: 'templates of the organization',
    request: ['GET', '/api/v2/organizations/{organizationId}/templates'],
    status: 200,
    body: expect.arrayContaining([expect.objectContaining({ name: 'shell' })]),
  },
  {
    case: 'templates of another organization',
    request: ['GET', '/api/v2/organizations/{unknown}/templates'],
    status: 404,
    body: NO_OBJECT,
  },
  {
    case: 'template by name',
    request: ['GET', '/api/v2/organizations/local/templates/shell'],
    status: 200,
    body: { active_version_id: '{version}' },
  },
  {
    case: 'version by name',
    request: ['GET', '/api/v2/organizations/local/templates/shell/versions/shell'],
    status: 200,
    body: { id: '{version}' },
  },
  {
    case: 'presets: none is null',
    request: ['GET', '/api/v2/templateversions/{version}/presets'],
    status: 200,
    body: 'null\n',
  },
  {
    case: 'presets of an unknown version',
    request: ['GET', '/api/v2/templateversions/{unknown}/presets'],
    status: 404,
    body: NO_OBJECT,
  },
  {
    case: 'external auth',
    request: ['GET', '/api/v2/templateversions/{version}/external-auth'],
    status: 200,
    body: '[]\n',
  },
  {
    case: 'workspace',
    request: ['GET', '/api/v2/workspaces/{restingWorkspace}'],
    status: 200,
    body: {
      name: 'Resting',
      task_id: '{resting}',
      latest_build: { build_number: 1, status: 'running' },
      latest_app_status: { state: 'complete' },
    },
  },
  {
    case: 'workspace by name',
    request: ['GET', '/api/v2/users/me/workspace/resting'],
    status: 200,
    body: { id: '{restingWorkspace}' },
  },
  {
    case: 'workspace: unknown',
    request: ['GET', '/api/v2/workspaces/{unknown}'],
    status: 404,
    body: NO_OBJECT,
  },
  { case: 'workspace: deleted', request: ['GET', '/api/v2/workspaces/{goneWorkspace}'], status: 410 },
  {
    case: 'builds',
    request: ['GET', '/api/v2/workspaces/{restingWorkspace}/builds'],
    status: 200,
    body: [{ build_number: 1, transition: 'start', reason: 'initiator' }],
  },
  {
    case: 'build: wrong transition',
    request: ['POST', '/api/v2/workspaces/{restingWorkspace}/builds', { transition: 'x' }],
    status: 400,
  },
  {
    case: 'build: unknown',
    request: ['GET', '/api/v2/workspacebuilds/{unknown}'],
    status: 404,
    body: NO_OBJECT,
  },
  {
    case: 'build: canceled',
    request: ['GET', '/api/v2/workspacebuilds/{canceledBuild}'],
    status: 200,
    body: {
      status: 'canceled',
      job: { status: 'canceled', canceled_at: expect.any(String), completed_at: expect.any(String) },
    },
  },
  {
    case: 'build: canceled twice',
    request: ['PATCH', '/api/v2/workspacebuilds/{canceledBuild}/cancel'],
    status: 400,
  },
  {
    case: 'build: cancel what has moved on',
    request: ['PATCH', '/api/v2/workspacebuilds/{canceledBuild}/cancel?expect_status=pending'],
    status: 412,
  },
  {
    case: 'build logs: unknown build',
    request: ['GET', '/api/v2/workspacebuilds/{unknown}/logs'],
    status: 404,
    body: NO_OBJECT,
  },
];

describe('the contract', () => {
  test.each(rows)('$case', async ({ request: [method, path, body], status, body: expected }) => {
    const filledPath = fill(path.replace('{RESTING}', (names.resting ?? '').toUpperCase()));
    const answer = await client.call(method, filledPath, body === undefined ? undefined : filled(body));
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
    expect(answer.headers.get('X-Coder-Build-Version')).toMatch(/^v/);
    if (answer.text !== '') {
      expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
      expect(answer.text.endsWith('\n')).toBe(true);
    }
    if (typeof expected === 'string') expect(answer.text).toBe(expected);
    else if (expected !== undefined) expect(answer.body).toMatchObject(filledExpectation(expected) as object);
    if (status >= 400 && status !== 405) {
      expect(
        Object.keys(answer.body as object).every((key) => ['message', 'detail', 'validations'].includes(key)),
      ).toBe(true);
    }
  });

  test('every path requires the token', async () => {
    const paths = new Set(
      rows.filter(({ status }) => status !== 404 && status !== 405).map(({ request }) => request),
    );
    for (const [method, path, body] of paths) {
      if (path.includes('buildinfo')) continue;
      const answer = await client.call(method, fill(path), body === undefined ? undefined : filled(body), {});
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });
});

/** Also replaces names inside matchers, which JSON would drop. */
function filledExpectation(value: unknown): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map(filledExpectation);
  if (typeof value !== 'object' || value === null) return value;
  if ('asymmetricMatch' in value) {
    if ('sample' in value && !(value.sample instanceof RegExp)) {
      Object.assign(value, { sample: filledExpectation(value.sample) });
    }
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledExpectation(inner)]));
}
