import { expect, test } from 'vitest';
import { createTasksBackend } from '../../src/api/tasks-backend.ts';
import { task as wireTask } from '../api/answers.ts';
import { json, startCoderServer } from '../support/coder-server.ts';
import { run } from './deck.ts';

const TIMES = { created_at: '2026-03-04T09:00:00.000Z', updated_at: '2026-03-04T10:00:00.500Z' };

/** What `show --json` makes of a task that a server answers with. */
async function shown(answer: Readonly<Record<string, unknown>>) {
  const server = await startCoderServer();
  try {
    server.on('GET', '/api/v2/tasks/me/fix-login', json(200, answer));
    const backend = createTasksBackend({ url: server.url, token: 'test-token' });
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

test('what a server leaves out is empty or null', async () => {
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
