import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalServer } from '../support/local-server.ts';
import { type Answer, TestClient, waitUntil } from './test-client.ts';

let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;
let id: string;
let token: string;

beforeAll(async () => {
  // Time for the program to start and upload.
  server = await startLocalServer({ graceMs: 10_000 });
  client = new TestClient(server);
  const task = await client.create('printenv CODER_AGENT_TOKEN');
  await client.until(task.id, 'active', 'complete');
  id = task.id;
  token = (await client.lastContent(id)).trim();
});
afterAll(() => server.close());

const message = (more: object = {}) => ({
  id: 7,
  role: 'agent',
  content: 'bye',
  time: '2026-01-02T03:04:05Z',
  ...more,
});

const upload = (
  body: unknown,
  { task = id, query = '?format=agentapi', as = token }: { task?: string; query?: string; as?: string } = {},
): Promise<Answer> =>
  client.call('POST', `/api/v2/workspaceagents/me/tasks/${task}/log-snapshot${query}`, body, {
    'Coder-Session-Token': as,
  });

/** A shutdown script that uploads messages, with values of its environment. Without single quotes. */
const UPLOAD = `
  const { CODER_AGENT_URL: url, CODER_AGENT_TOKEN: token, CODER_TASK_ID: task } = process.env;
  const message = { id: 3, role: "agent", content: "last words", time: "2026-01-02T03:04:05Z" };
  fetch(url + "/api/v2/workspaceagents/me/tasks/" + task + "/log-snapshot?format=agentapi", {
    method: "POST",
    headers: { "Coder-Session-Token": token },
    body: JSON.stringify({ messages: [message] }),
  });
`;

describe('a log snapshot', () => {
  test.each([
    ['a task id that is none', { task: 'x' }, 400],
    ['no format', { query: '' }, 400],
    ['another format', { query: '?format=text' }, 400],
    ['a format twice', { query: '?format=agentapi&format=agentapi' }, 400],
    ['an extra key', { query: '?format=agentapi&x=1' }, 400],
    ['no token', { as: '' }, 401],
    ['another token', { as: `${'a'.repeat(10)}-${'b'.repeat(22)}` }, 401],
    ['another task', { task: '00000000-0000-4000-8000-000000000000' }, 404],
  ])('with %s is refused', async (_, options, status) => {
    const answer = await upload({ messages: [message()] }, options);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('"message"')]);
  });

  test.each([
    ['no body', undefined],
    ['half a body', '{"messages":['],
    ['no messages', {}],
    ['a message without content', { messages: [message({ content: undefined })] }],
    ['a role that is none', { messages: [message({ role: 'x' })] }],
  ])('with %s is 400', async (_, body) => {
    expect((await upload(body)).status).toBe(400);
  });

  test('requires the agent’s token, which no other path accepts', async () => {
    expect((await upload({ messages: [] }, { as: server.token })).status).toBe(401);
    const answer = await client.call('GET', '/api/v2/tasks', undefined, { 'Coder-Session-Token': token });
    expect(answer.status).toBe(401);
  });

  test('can have at most 64 KiB', async () => {
    const around = JSON.stringify({ messages: [message({ content: '' })] }).length;
    const fits = { messages: [message({ content: 'x'.repeat(64 * 1024 - around) })] };
    expect((await upload(fits)).status).toBe(204);
    const tooLarge = { messages: [message({ content: 'x'.repeat(64 * 1024 - around + 1) })] };
    const refused = await upload(tooLarge);
    expect([refused.status, refused.body]).toEqual([
      400,
      expect.objectContaining({ detail: 'http: request body too large' }),
    ]);
  });

  test('is the transcript of a paused task, until the next start', async () => {
    expect((await upload({ messages: [message(), message({ id: 8, role: 'user' })] })).status).toBe(204);
    const live = await client.logs(id);
    expect(live.snapshot).toBe(false);
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    const transcript = await client.call('GET', `/api/v2/tasks/me/${id}/logs`);
    expect(transcript.body).toEqual({
      logs: [
        { id: 7, content: 'bye', type: 'output', time: '2026-01-02T03:04:05Z' },
        { id: 8, content: 'bye', type: 'input', time: '2026-01-02T03:04:05Z' },
      ],
      snapshot: true,
      snapshot_at: expect.any(String),
    });
    await client.act(id, 'resume');
    await client.until(id, 'active');
    expect((await client.logs(id)).logs).toEqual(live.logs);
  });

  test('can be uploaded by the agent’s shutdown script during a pause', async () => {
    const task = await client.create(
      [
        'upload() {',
        `  ${process.execPath} -e '${UPLOAD}'`,
        '  exit 0',
        '}',
        'trap upload TERM',
        'echo up',
        'while :; do sleep 0.05; done',
      ].join('\n'),
    );
    await waitUntil('up', async () => (await client.lastContent(task.id)).startsWith('up\n'));
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    expect((await client.logs(task.id)).logs?.map(({ content }) => content)).toEqual(['last words']);
  });
});
