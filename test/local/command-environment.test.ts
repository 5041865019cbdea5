import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { AgentDefinition } from '../../src/config/agent-definition.ts';
import type { Task } from '../../src/domain/task.ts';
import { shellAgent } from '../../src/local/agents/shell.ts';
import { socketDirectory } from '../../src/local/processes/command-environment.ts';
import { json, startCoderServer } from '../support/coder-server.ts';
import { type FlatBackend, flatBackend } from '../support/flat-backend.ts';
import { registryOf, startLocalServer } from '../support/local-server.ts';
import { TestClient, waitUntil } from './test-client.ts';

const never = new AbortController().signal;

/** Prints its environment. Runs without a shell, which would change it. */
const line = ['/usr/bin/env', '-0'];
const lines = { start: line, followUp: line, followUpLast: line };
const SHOWS: AgentDefinition = {
  ...lines,
  name: 'shows',
  displayName: '',
  description: '',
  longPrompt: lines,
  sessionPattern: '',
  env: {},
  whenDone: 'complete',
};
const SERVER = {
  PATH: '/usr/bin:/bin',
  SHELL: '/bin/sh',
  HOME: '/nonexistent',
  WHO: 'the shell of the server',
};
const ADA = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  SHELL: '/bin/bash',
  HOME: '/home/ada',
  WHO: 'ada',
  SECRET: 'planted-secret-of-ada',
  EMPTY: '',
  MULTILINE: 'one\ntwo',
  'odd.name': 'kept',
  'BASH_FUNC_greet%%': '() {  echo "hello $WHO"\n}',
};

let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;
beforeAll(async () => {
  server = await startLocalServer({ env: SERVER, agents: registryOf(() => [shellAgent(), SHOWS]) });
  client = new TestClient(server);
});
afterAll(() => server.close());

/** A taskdeck started from a shell with these variables. */
const from = (environment?: Readonly<Record<string, string>>): FlatBackend =>
  flatBackend(createCoderBackend({ ...server, ...(environment !== undefined && { environment }) }));

async function create(backend: FlatBackend, template: string, prompt: string): Promise<Task> {
  const templateVersionId = await client.versionOf(template);
  const task = await backend.create({ templateVersionId, prompt }, never);
  await client.until(task.id, 'active', 'complete');
  return task;
}

async function answer(task: Task, action: () => Promise<unknown>): Promise<string> {
  const before = (await client.logs(task.id)).logs?.length ?? 0;
  await action();
  await waitUntil('an answer', async () => {
    const done = (await client.get(task.id)).current_state?.state === 'complete';
    return done && ((await client.logs(task.id)).logs?.length ?? 0) > before;
  });
  return client.lastContent(task.id);
}

const parsedEnvironment = (output: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    output
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

describe('the environment of a command', () => {
  test('is the complete environment of the client’s shell, with the variables of the task', async () => {
    const task = await create(from({ ...ADA, CI: '1', TMUX: '/tmp/tmux-0/default,1,0' }), 'shows', 'go');
    const sockets = socketDirectory(server.stateDir, task.id);
    expect(parsedEnvironment(await client.lastContent(task.id))).toEqual({
      ...ADA,
      PWD: path.join(server.stateDir, 'tasks', task.id),
      CODER_AGENT_URL: server.url,
      CODER_AGENT_TOKEN: expect.stringMatching(/^\S{20,}$/),
      CODER_TASK_ID: task.id,
      CODER_WORKSPACE_NAME: task.name,
      TMUX_TMPDIR: sockets,
      SCREENDIR: path.join(sockets, 'screen'),
    });
  });

  test('contains SHELL and the exported functions of bash', async () => {
    const task = await create(from(ADA), 'shell', 'greet; echo "$0"');
    expect(await client.lastContent(task.id)).toBe('hello ada\n/bin/bash\n');
  });

  test('is that of the last shell that sent, resumed or started', async () => {
    const task = await create(from(ADA), 'shell', 'echo $WHO');
    const clientOf = (who: string): FlatBackend => from({ ...ADA, WHO: who });
    expect(await answer(task, () => clientOf('bob').send(task, 'echo $WHO', never))).toBe('bob\n');
    // An older taskdeck sends no environment.
    expect(await answer(task, () => from().send(task, 'echo $WHO', never))).toBe('bob\n');

    await from().pause(task, never);
    await client.until(task.id, 'paused');
    await from().updateInput(task, 'echo $WHO again', never);
    expect(await answer(task, () => clientOf('eve').resume(task, never))).toBe('eve again\n');
    expect(await answer(task, () => from().send(task, 'echo $WHO', never))).toBe('eve\n');
  });

  test('of a refused message is not stored', async () => {
    const task = await create(from(ADA), 'shell', 'echo $WHO');
    const bob = from({ ...ADA, WHO: 'bob' });
    await expect(bob.send(task, 'echo \0', never)).rejects.toThrow('Unable to use the prompt.');
    expect(await answer(task, () => from().send(task, 'echo $WHO', never))).toBe('ada\n');
  });

  test('is the server’s own if the client sends none', async () => {
    const task = await create(from(), 'shell', 'echo $WHO');
    expect(await client.lastContent(task.id)).toBe(`${SERVER.WHO}\n`);
  });

  test('is in no response of the server, and in no file that others can read', async () => {
    const task = await create(from(ADA), 'shell', 'echo quiet');
    for (const where of [
      `/api/v2/tasks/me/${task.id}`,
      `/api/v2/tasks/me/${task.id}/logs`,
      '/api/v2/tasks?q=',
      `/api/v2/workspaces/${task.facts.workspaceId}`,
      `/api/v2/workspaces/${task.facts.workspaceId}/builds`,
      '/api/v2/buildinfo',
    ]) {
      const { status, text } = await client.call('GET', where);
      expect([status, text.includes(ADA.SECRET)]).toEqual([200, false]);
    }
    const holding = readdirSync(server.stateDir, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'latin1').includes(ADA.SECRET));
    expect(holding.map((file) => path.basename(file)).filter((name) => !name.startsWith('local.db'))).toEqual(
      [],
    );
    for (const file of holding) expect(statSync(file).mode & 0o077).toBe(0);
  });

  it.each([
    ['a name with =', { 'A=B': 'x' }, 'contains an invalid variable name'],
    ['an empty name', { '': 'x' }, 'contains an invalid variable name'],
    ['a NUL', { SECRET: 'planted\0value' }, 'the value of SECRET contains a NUL character'],
    ['more than a mebibyte', { LARGE: 'x'.repeat(1_100_000) }, 'is larger than 1048576 bytes'],
  ])('with %s is refused, without its values', async (_, environment, detail) => {
    const request = { template_version_id: await client.versionOf(), input: 'true', environment };
    const refused = await client.call('POST', '/api/v2/tasks/me', request);
    expect([refused.status, refused.body]).toMatchObject([
      400,
      { message: 'Unable to use the environment.', detail },
    ]);
    expect(refused.text).not.toContain('planted');
  });
});

describe('the directories for tmux and screen', () => {
  test('belong to the task, have mode 0700, and are deleted with the task', async () => {
    const task = await create(from(ADA), 'shell', 'ls -ld "$TMUX_TMPDIR" "$SCREENDIR" | cut -c1-10');
    expect(await client.lastContent(task.id)).toBe('drwx------\ndrwx------\n');
    const sockets = socketDirectory(server.stateDir, task.id);
    expect(existsSync(sockets)).toBe(true);
    await from().remove(task, never);
    await waitUntil('gone', () => !existsSync(sockets));
  });

  test('have a path short enough for a socket, for any state directory', () => {
    const id = '0199a213-81c0-4800-8aa1-bbab2a035a53';
    for (const stateDir of ['/s', `/home/${'long/'.repeat(40)}`]) {
      const directory = socketDirectory(stateDir, id);
      expect(directory.length).toBeLessThanOrEqual(80);
      expect(directory).not.toBe(socketDirectory(stateDir, id.replace('0', '1')));
      expect(directory).not.toBe(socketDirectory(`${stateDir}2`, id));
    }
  });
});

test('a server without the extension never receives the environment', async () => {
  const coder = await startCoderServer();
  coder.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.31.0', external_url: '' }));
  const refusal = json(400, { message: 'No.' });
  for (const where of ['', '/send', '/resume']) {
    coder.on('POST', where === '' ? '/api/v2/tasks/me' : `/api/v2/tasks/ada/one${where}`, refusal);
  }
  const backend = flatBackend(createCoderBackend({ url: coder.url, token: 'token', environment: ADA }));
  const task = { id: 'one', ownerName: 'ada' };
  await backend.create({ templateVersionId: 'v', prompt: 'p' }, never).catch(() => undefined);
  await backend.send(task, 'text', never).catch(() => undefined);
  await backend.resume(task, never).catch(() => undefined);
  const posts = coder.requests.filter(({ method }) => method === 'POST');
  expect(posts.map(({ target }) => target)).toEqual([
    '/api/v2/tasks/me',
    '/api/v2/tasks/ada/one/send',
    '/api/v2/tasks/ada/one/resume',
  ]);
  for (const { body } of posts) expect(String(body)).not.toMatch(/environment|planted/);
  await coder.close();
});
