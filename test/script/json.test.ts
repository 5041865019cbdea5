import { expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { task as wireTask } from '../api/response-bodies.ts';
import { makeChat } from '../domain/builders.ts';
import { json, startCoderServer } from '../support/coder-server.ts';
import { run } from './script-fixture.ts';

const ID = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
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
  expect(await shown(answer)).toEqual({
    ...answer,
    kind: 'task',
    phase: 'failed',
    needs_you: true,
    question: null,
  });
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
    kind: 'task',
    phase: 'idle',
    needs_you: false,
    question: null,
  });
});

test('a chat has the field names of its own API, and no field of a Coder Task', async () => {
  const chat = makeChat({
    displayName: 'Fix the flaky tests',
    createdAt: Date.UTC(2026, 2, 4, 9),
    updatedAt: Date.UTC(2026, 2, 4, 10),
    status: 'waiting',
    unread: true,
    id: ID,
    organizationId: 'o1',
    workspaceId: 'w1',
    planMode: true,
    modelId: 'm1',
    effort: 'high',
    summary: 'Pinned the clock.',
    pinOrder: 2,
    changes: {
      url: 'https://example.com/pull/812',
      additions: 41,
      deletions: 12,
      files: 3,
      pullRequest: {
        number: 812,
        state: 'open',
        title: 'Pin the clock',
        isDraft: false,
        isApproved: true,
        changesRequested: false,
      },
    },
  });
  const backend = createCoderBackend({ url: 'http://127.0.0.1:1', token: 'test-token' });
  const { out } = await run({ ...backend, sources: [{ ...backend.sources[0], get: async () => chat }] }, [
    'show',
    ID,
    '--json',
  ]);
  expect(JSON.parse(out)).toEqual({
    id: ID,
    organization_id: 'o1',
    owner_id: 'u1',
    owner_username: 'ada',
    name: `name-${ID}`,
    title: 'Fix the flaky tests',
    status: 'waiting',
    queued_for_capacity: false,
    plan_mode: 'plan',
    last_model_config_id: 'm1',
    last_reasoning_effort: 'high',
    last_turn_summary: 'Pinned the clock.',
    last_error: null,
    diff_status: {
      url: 'https://example.com/pull/812',
      additions: 41,
      deletions: 12,
      changed_files: 3,
      pr_number: 812,
      pull_request_state: 'open',
      pull_request_title: 'Pin the clock',
      pull_request_draft: false,
      approved: true,
      changes_requested: false,
    },
    parent_chat_id: null,
    workspace_id: 'w1',
    archived: false,
    shared: false,
    pin_order: 2,
    has_unread: true,
    created_at: '2026-03-04T09:00:00.000Z',
    updated_at: '2026-03-04T10:00:00.000Z',
    kind: 'chat',
    phase: 'idle',
    needs_you: true,
    question: null,
    children: [],
  });
  const { out: text } = await run(
    { ...backend, sources: [{ ...backend.sources[0], get: async () => chat }] },
    ['show', ID],
  );
  expect(text).toMatch(/^title +Fix the flaky tests$/mu);
  expect(text).toMatch(/^phase +idle, needs you$/mu);
  expect(text).toMatch(/^message +Pinned the clock\.$/mu);
  expect(text).toMatch(/^model +m1, high$/mu);
  expect(text).toMatch(/^changes +\+41 -12 in 3 files, pull request #812, open, approved, Pin the clock$/mu);
  expect(text).toMatch(/^changes at +https:\/\/example\.com\/pull\/812$/mu);
  expect(text).not.toMatch(/^(?:template|agent) /mu);
});
