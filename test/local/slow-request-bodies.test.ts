import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentDefinition } from '../../src/config/agent-definition.ts';
import { shellAgent } from '../../src/local/agents/shell.ts';
import type { WireTask } from '../../src/wire/task.ts';
import { registryOf, startLocalServer } from '../support/local-server.ts';
import { TestClient, waitUntil } from './test-client.ts';

/** An agent that prints whether it begins or continues a session. */
const agent: AgentDefinition = {
  ...shellAgent(),
  name: 'talker',
  displayName: 'Talker',
  start: ['/bin/sh', '-c', 'while [ ! -e go ]; do sleep 0.02; done; echo begun'],
  followUp: ['/bin/sh', '-c', 'echo gone on'],
  followUpLast: ['/bin/sh', '-c', 'echo gone on with the last one'],
};

let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;

beforeAll(async () => {
  server = await startLocalServer({ agents: registryOf(() => [agent, shellAgent()]) });
  client = new TestClient(server);
});
afterAll(() => server.close());

/** Sends a request whose body follows with `finish`. Resolves when the server has begun to handle it. */
async function begun(
  method: string,
  address: string,
  body: unknown,
  token = server.token,
): Promise<() => Promise<{ readonly status: number | undefined; readonly body: unknown }>> {
  const json = JSON.stringify(body);
  const request = http.request(server.url + address, {
    method,
    headers: {
      'Coder-Session-Token': token,
      'Content-Length': Buffer.byteLength(json),
      // Node's server sends it when it passes the request on.
      Expect: '100-continue',
    },
  });
  const response = once(request, 'response');
  await once(request, 'continue');
  return async () => {
    request.end(json);
    const [answer] = (await response) as [IncomingMessage];
    const responseText = await text(answer);
    return { status: answer.statusCode, body: responseText === '' ? undefined : JSON.parse(responseText) };
  };
}

/** A task whose command has finished, and its agent's token. */
async function resting(): Promise<{ readonly task: WireTask; readonly token: string }> {
  const created = await client.create('printenv CODER_AGENT_TOKEN');
  const task = await client.until(created.id, 'active', 'complete');
  return { task, token: (await client.lastContent(task.id)).trim() };
}

async function remove(task: WireTask): Promise<void> {
  await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
  await waitUntil('deleted', async () => {
    const { status } = await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`);
    return status === 410;
  });
}

const NO_OBJECT = { message: 'Resource not found or you do not have access to this resource' };

describe('a request whose body arrives slowly', () => {
  test('continues the session that a turn began in the meantime', async () => {
    const task = await client.create('hello', {}, 'talker');
    await client.until(task.id, 'active', 'working');
    const finish = await begun('POST', `/api/v2/tasks/me/${task.id}/send`, { input: 'more' });
    writeFileSync(path.join(server.stateDir, 'tasks', task.id, 'go'), '');
    await client.until(task.id, 'active', agent.whenDone);
    expect((await finish()).status).toBe(204);
    await waitUntil('answer', async () => (await client.logs(task.id)).logs?.length === 5);
    await client.until(task.id, 'active', agent.whenDone);
    expect(await client.lastContent(task.id)).toBe('gone on\n');
  });

  test.each([
    ['a message', 'POST', ({ id }: WireTask) => `/api/v2/tasks/me/${id}/send`, { input: 'echo no' }],
    ['an input', 'PATCH', ({ id }: WireTask) => `/api/v2/tasks/me/${id}/input`, { input: 'echo no' }],
    ['a resume', 'POST', ({ id }: WireTask) => `/api/v2/tasks/me/${id}/resume`, {}],
  ])('%s for a task that was deleted in the meantime is refused', async (_, method, pathOf, body) => {
    const { task } = await resting();
    const finish = await begun(method, pathOf(task), body);
    await remove(task);
    expect(await finish()).toEqual({ status: 404, body: NO_OBJECT });
  });

  test.each(['start', 'stop', 'delete'])(
    'does not %s a workspace that was deleted in the meantime',
    async (transition) => {
      const { task } = await resting();
      const builds = `/api/v2/workspaces/${task.workspace_id}/builds`;
      const finish = await begun('POST', builds, { transition });
      await remove(task);
      expect(await finish()).toEqual({
        status: 410,
        body: { message: `Workspace ${JSON.stringify(task.name)} was deleted.` },
      });
    },
  );

  test('does not store a snapshot of a task that was deleted in the meantime', async () => {
    const { task, token } = await resting();
    const upload = `/api/v2/workspaceagents/me/tasks/${task.id}/log-snapshot?format=agentapi`;
    const finish = await begun('POST', upload, { messages: [] }, token);
    await remove(task);
    expect((await finish()).status).toBe(401);
  });

  test('gets the error of its object before that of its body', async () => {
    const unknown = '/api/v2/tasks/me/00000000-0000-4000-8000-000000000000';
    for (const [method, address] of [
      ['POST', `${unknown}/send`],
      ['PATCH', `${unknown}/input`],
      ['POST', `${unknown}/resume`],
    ] as const) {
      const refused = await client.call(method, address, '{ no JSON');
      expect([refused.status, refused.body]).toEqual([404, NO_OBJECT]);
    }
  });
});
