import { expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { task as wireTask } from '../api/response-bodies.ts';
import { makeChat } from '../domain/builders.ts';
import { json, startCoderServer } from '../support/coder-server.ts';
import { run } from './script-fixture.ts';

const TIMES = { created_at: '2026-03-04T09:00:00.000Z', updated_at: '2026-03-04T10:00:00.500Z' };

/** The output of `show --json` for a task from the server. */
async function shown(answer: Readonly<Record<string, unknown>>) {
  const server = await startCoderServer();
  try {
    server.on('GET', '/api/v2/tasks/me/fix-login', json(200, answer));
    const backend = createCoderBackend({ url: server.url, token: 'test-token' });
    const { code, out, err } = await run(backend, ['show', 'fix-login', '--json']);
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out);
  } finally {
    await server.close();
  }
}

test('a task keeps every field that a server sends', async () => {
  const answer = wireTask({
    ...TIMES,
    workspace_agent_health: { healthy: false, reason: 'agent has lost connection' },
    current_state: {
      timestamp: '2026-03-04T10:05:06.123Z',
      state: 'failure',
      message: 'It broke 修正',
      uri: 'https://example.com/pull/1',
    },
  });
  expect(await shown(answer)).toEqual({ ...answer, phase: 'failed', needs_you: true });
});

test('implausible times stay as the server sends them', async () => {
  const answer = wireTask({
    created_at: '0001-01-01T00:00:00.000Z',
    updated_at: '9999-12-31T23:59:59.000Z',
    current_state: { timestamp: '1970-01-01T00:00:00.000Z', state: 'idle', message: '', uri: '' },
  });
  expect(await shown(answer)).toMatchObject(answer);
});

test('implausible times are unknown in text', async () => {
  const answer = wireTask({
    created_at: '0001-01-01T00:00:00Z',
    updated_at: '9999-12-31T23:59:59Z',
    current_state: { timestamp: '1970-01-01T00:00:00Z', state: 'idle', message: '', uri: '' },
  });
  const server = await startCoderServer();
  server.on('GET', '/api/v2/tasks/me/fix-login', json(200, answer));
  server.on('GET', '/api/v2/tasks', json(200, { tasks: [answer], count: 1 }));
  const backend = createCoderBackend({ url: server.url, token: 'test-token' });
  const facts = (await run(backend, ['show', 'fix-login'])).out;
  expect(facts).toMatch(/^created +unknown$/mu);
  expect(facts).toMatch(/^updated +unknown$/mu);
  expect(facts).toMatch(/^state +idle$/mu);
  const [, row = ''] = (await run(backend, ['list'])).out.split('\n');
  expect(row).toMatch(/^idle +\? .* \?/u);
  await server.close();
});

test('fields that a server omits are empty or null', async () => {
  const { id, owner_name, name, status } = wireTask();
  expect(await shown({ id, owner_name, name, status, ...TIMES })).toEqual({
    id,
    organization_id: '',
    owner_id: '',
    owner_name,
    owner_avatar_url: '',
    name,
    display_name: '',
    template_id: '',
    template_version_id: '',
    template_name: '',
    template_display_name: '',
    template_icon: '',
    workspace_id: null,
    workspace_name: '',
    workspace_status: '',
    workspace_build_number: 0,
    workspace_agent_id: null,
    workspace_agent_lifecycle: null,
    workspace_agent_health: null,
    workspace_app_id: null,
    initial_prompt: '',
    status,
    current_state: null,
    ...TIMES,
    phase: 'idle',
    needs_you: false,
  });
});

test('a chat has the field names of its own API, and no field of a Coder Task', async () => {
  const chat = makeChat({
    displayName: 'Fix the flaky tests',
    createdAt: Date.UTC(2026, 2, 4, 9),
    updatedAt: Date.UTC(2026, 2, 4, 10),
    status: 'waiting',
    unread: true,
    parentId: 'c0',
    workspaceId: 'w1',
  });
  const backend = createCoderBackend({ url: 'http://127.0.0.1:1', token: 'test-token' });
  const { out } = await run({ ...backend, sources: [{ ...backend.sources[0], get: async () => chat }] }, [
    'show',
    'c1',
    '--json',
  ]);
  expect(JSON.parse(out)).toEqual({
    id: 'c1',
    owner_id: 'u1',
    owner_username: 'ada',
    title: 'Fix the flaky tests',
    status: 'waiting',
    parent_chat_id: 'c0',
    workspace_id: 'w1',
    archived: false,
    has_unread: true,
    last_error: null,
    created_at: '2026-03-04T09:00:00.000Z',
    updated_at: '2026-03-04T10:00:00.000Z',
    phase: 'idle',
    needs_you: true,
  });
  const { out: text } = await run(
    { ...backend, sources: [{ ...backend.sources[0], get: async () => chat }] },
    ['show', 'c1'],
  );
  expect(text).toMatch(/^title +Fix the flaky tests$/mu);
  expect(text).toMatch(/^phase +idle, needs you$/mu);
  expect(text).not.toMatch(/^(?:template|workspace|agent) /mu);
});
