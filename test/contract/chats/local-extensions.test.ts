import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXTENSIONS } from '../../../src/wire/local-extension.ts';
import { knownAgent } from '../../support/local-chats/scripted-agents.ts';
import {
  type LocalChatsServer,
  startLocalChats,
  words,
} from '../../support/local-chats/start-local-chats.ts';

const UNKNOWN = '6f0c1c1e-6f1b-4a38-9a55-0000000000ff';

const statusOf = async (server: LocalChatsServer, id: string): Promise<string> =>
  (await server.chats('GET', `/${id}`)).body.status;

/** A chat that waits, with one answer. */
async function idleChat(server: LocalChatsServer): Promise<string> {
  const id = await server.create();
  server.agent(id).write('Done.');
  server.agent(id).finish();
  return id;
}

it('buildinfo names the extensions', async () => {
  const { call } = await startLocalChats();
  expect((await call('GET', '/api/v2/buildinfo')).body.taskdeck).toEqual({ extensions: EXTENSIONS });
});

describe('the directory', () => {
  it('is the real path of the given one, and the workspace of the chat', async () => {
    const server = await startLocalChats();
    const link = path.join(server.directory, 'link');
    const real = path.join(server.directory, 'real');
    mkdirSync(real);
    symlinkSync(real, link);
    const id = await server.create('Fix it', { directory: link });
    const chat = (await server.chats('GET', `/${id}`)).body;
    expect(chat.directory).toBe(real);
    expect(server.scripted.turns[0]?.directory).toBe(real);
    const workspace = `/api/v2/workspaces/${chat.workspace_id}`;
    expect((await server.call('GET', workspace)).body).toMatchObject({
      id: chat.workspace_id,
      name: 'real',
      latest_build: { status: 'running' },
    });
    for (const transition of ['start', 'stop'])
      expect(await server.call('POST', `${workspace}/builds`, { transition })).toMatchObject({
        status: 400,
        body: { message: 'A directory cannot be stopped.' },
      });
    const other = await server.create('Again', { directory: undefined, workspace_id: chat.workspace_id });
    expect((await server.chats('GET', `/${other}`)).body.directory).toBe(real);
    const { body } = await server.chats('GET', `/by-workspace?workspace_ids=${chat.workspace_id},${UNKNOWN}`);
    expect(body).toEqual({ [chat.workspace_id]: other });
    rmSync(real, { recursive: true });
    expect((await server.call('GET', workspace)).body.latest_build.status).toBe('deleted');
  });

  it('is the home directory of a client that sends none', async () => {
    const server = await startLocalChats();
    const id = await server.create('Fix it', { directory: undefined });
    expect((await server.chats('GET', `/${id}`)).body.directory).toBe(server.directory);
  });

  it.each([
    ['a relative path', () => 'work', 'it must be an absolute path'],
    ['a missing one', (root: string) => path.join(root, 'no'), 'it does not exist'],
    [
      'a file',
      (root: string) => {
        writeFileSync(path.join(root, 'file'), '');
        return path.join(root, 'file');
      },
      'it is not a directory',
    ],
    ['a number', () => 7, 'it must be an absolute path'],
  ])('is refused: %s', async (_, directory, detail) => {
    const server = await startLocalChats();
    const answer = await server.chats('POST', '', {
      organization_id: server.organizationId,
      ...words('Fix it'),
      directory: directory(server.directory),
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        message: `Unable to use the directory: ${detail}.`,
        validations: [{ field: 'directory', detail }],
      },
    });
    expect((await server.chats('GET', '')).body).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('is refused without access', async () => {
    const server = await startLocalChats();
    const locked = path.join(server.directory, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0);
    await expect(server.create('Fix it', { directory: locked })).rejects.toThrow('you have no access');
  });

  it('changes by the id of another workspace, while no turn runs', async () => {
    const server = await startLocalChats();
    const id = await idleChat(server);
    const next = path.join(server.directory, 'next');
    mkdirSync(next);
    const other = await server.create('Other', { directory: next });
    const { workspace_id } = (await server.chats('GET', `/${other}`)).body;
    expect((await server.chats('PATCH', `/${id}`, { workspace_id })).status).toBe(204);
    expect((await server.chats('GET', `/${id}`)).body).toMatchObject({ directory: next, workspace_id });
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect((await server.chats('PATCH', `/${id}`, { workspace_id: UNKNOWN })).status).toBe(400);
  });
});

describe('the environment', () => {
  const variable = (server: LocalChatsServer, name: string) => server.scripted.turns.at(-1)?.env[name];

  it('is the last one that a create, send or restore sent, and no answer has it', async () => {
    const server = await startLocalChats();
    const id = await server.create('Fix it', { environment: { SECRET: 'one', PATH: '/bin' } });
    expect([variable(server, 'SECRET'), variable(server, 'CODER_TASK_ID')]).toEqual(['one', id]);
    server.agent(id).finish();
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect(variable(server, 'SECRET')).toBe('one');
    server.agent(id).finish();
    await server.chats('POST', `/${id}/messages`, { ...words('Go on'), environment: { SECRET: 'two' } });
    expect(variable(server, 'SECRET')).toBe('two');
    server.agent(id).finish();
    await server.chats('PATCH', `/${id}`, { archived: true });
    await server.chats('PATCH', `/${id}`, { archived: false, environment: { SECRET: 'three' } });
    await server.chats('POST', `/${id}/messages`, words('Go on'));
    expect(variable(server, 'SECRET')).toBe('three');
    const answers = [
      await server.chats('GET', `/${id}`),
      await server.chats('GET', ''),
      await server.chats('GET', `/${id}/messages`),
    ];
    expect(JSON.stringify(answers)).not.toContain('three');
  });

  it.each([
    ['a list', ['A=1']],
    ['a number as a value', { A: 1 }],
    ['an invalid name', { 'A=B': 'c' }],
    ['more than 1 MiB', { A: 'x'.repeat(1 << 20) }],
  ])('is refused: %s', async (_, environment) => {
    const server = await startLocalChats();
    await expect(server.create('Fix it', { environment })).rejects.toThrow('Unable to use the environment.');
  });
});

describe('permissions', () => {
  const answer = (server: LocalChatsServer, chat: string, request: string, output: unknown) =>
    server.chats('POST', `/${chat}/tool-results`, { results: [{ tool_call_id: request, output }] });
  const allow = { outcome: 'selected', option_id: 'allow_once' };

  it('has modes, which a PATCH changes', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const mode = async () => (await server.chats('GET', `/${id}`)).body.permission_mode;
    expect(await mode()).toBe('ask');
    expect((await server.chats('PATCH', `/${id}`, { permission_mode: 'edits' })).status).toBe(204);
    expect(await mode()).toBe('edits');
    expect(await server.chats('PATCH', `/${id}`, { permission_mode: 'wild' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid permission_mode value.' },
    });
    const other = await server.create('Other', { permission_mode: 'all' });
    expect((await server.chats('GET', `/${other}`)).body.permission_mode).toBe('all');
    expect(server.scripted.turns.at(-1)?.settings.permissionMode).toBe('all');
  });

  it('asks with a tool call, and goes on after the last answer', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const requests = [server.agent(id).ask({ title: 'Run tests', command: 'make' }), server.agent(id).ask()];
    expect(await statusOf(server, id)).toBe('requires_action');
    const [message] = (await server.chats('GET', `/${id}/messages`)).body.messages;
    expect(
      message.content.filter(({ tool_name: name }: { tool_name: string }) => name === 'request_permission'),
    ).toMatchObject([
      {
        type: 'tool-call',
        tool_call_id: requests[0],
        status: 'pending',
        args: {
          title: 'Run tests',
          kind: 'execute',
          command: 'make',
          options: [
            { option_id: 'allow_once', kind: 'allow_once' },
            { option_id: 'reject_once', kind: 'reject_once' },
          ],
        },
      },
      { tool_call_id: requests[1] },
    ]);
    expect((await answer(server, id, requests[1] ?? '', allow)).status).toBe(204);
    expect(await statusOf(server, id)).toBe('requires_action');
    expect((await answer(server, id, requests[0] ?? '', { outcome: 'cancelled' })).status).toBe(204);
    expect(await statusOf(server, id)).toBe('running');
    expect(server.scripted.answers).toEqual([
      { chatId: id, requestId: requests[1], outcome: allow },
      { chatId: id, requestId: requests[0], outcome: { outcome: 'cancelled' } },
    ]);
  });

  it('is answered exactly once', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const answers = await Promise.all([
      answer(server, id, request, allow),
      answer(server, id, request, { outcome: 'cancelled' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, 409]);
    expect(JSON.stringify(answers[1]?.body)).toContain('allow_once');
    expect(server.scripted.answers).toHaveLength(1);
  });

  it.each([
    ['an unknown request', (chat: string) => [chat, UNKNOWN, allow] as const, 409],
    [
      'an unknown option',
      (chat: string, id: string) => [chat, id, { ...allow, option_id: 'x' }] as const,
      400,
    ],
    ['another output', (chat: string, id: string) => [chat, id, { ok: true }] as const, 400],
  ])('refuses %s', async (_, make, status) => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const [chat, call, output] = make(id, request);
    expect((await answer(server, chat, call, output)).status).toBe(status);
    expect(await statusOf(server, id)).toBe('requires_action');
    expect(server.scripted.answers).toEqual([]);
  });

  it('refuses no answers and double ones', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    const twice = [allow, allow].map((output) => ({ tool_call_id: request, output }));
    for (const results of [undefined, [], twice])
      expect((await server.chats('POST', `/${id}/tool-results`, { results })).status).toBe(400);
  });

  it('are cancelled by an interrupt, and end with a turn', async () => {
    const server = await startLocalChats();
    const id = await server.create();
    const request = server.agent(id).ask();
    expect((await server.chats('POST', `/${id}/interrupt`)).body.status).toBe('interrupting');
    expect(server.scripted.answers).toMatchObject([
      { requestId: request, outcome: { outcome: 'cancelled' } },
    ]);
    expect(server.scripted.interrupts).toEqual([id]);
    server.agent(id).finish('cancelled');
    expect(await statusOf(server, id)).toBe('waiting');
    expect((await answer(server, id, request, allow)).status).toBe(409);
  });
});

describe('delete', () => {
  it('removes an archived chat only', async () => {
    const server = await startLocalChats();
    const id = await idleChat(server);
    expect(await server.chats('DELETE', `/${id}`)).toMatchObject({ status: 409 });
    await server.chats('PATCH', `/${id}`, { archived: true });
    expect((await server.chats('DELETE', `/${id}`)).status).toBe(204);
    expect((await server.chats('GET', `/${id}`)).status).toBe(404);
    expect((await server.chats('GET', '?q=archived:any')).body).toEqual([]);
    expect((await server.chats('DELETE', `/${id}`)).status).toBe(404);
    expect((await server.chats('DELETE', '/auth')).status).toBe(400);
  });
});

describe('the changes of the directory', () => {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];

  async function startWithGit() {
    const server = await startLocalChats({ env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
    const git = (...args: readonly string[]) =>
      execFileSync('git', [...identity, ...args], { cwd: server.directory });
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(path.join(server.directory, 'a.txt'), 'one\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'First');
    git('checkout', '--quiet', '-b', 'fix');
    writeFileSync(path.join(server.directory, 'b.txt'), 'two\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'Second');
    writeFileSync(path.join(server.directory, 'a.txt'), 'one\nmore\n');
    return { ...server, git };
  }

  it('are those since the last commit, or since the branch began', async () => {
    const server = await startWithGit();
    const id = await server.create();
    const diff = async (query: string) => (await server.chats('GET', `/${id}/diff${query}`)).body;
    const uncommitted = await diff('?scope=uncommitted');
    expect(uncommitted).toMatchObject({ chat_id: id, branch: 'fix', base_branch: '' });
    expect(uncommitted.diff).toContain('+more\n');
    expect(uncommitted.diff).not.toContain('b.txt');
    for (const query of ['', '?scope=base']) {
      const all = await diff(query);
      expect(all).toMatchObject({ branch: 'fix', base_branch: 'main' });
      expect(all.diff).toContain('+++ b/b.txt\n');
    }
    expect((await server.chats('GET', `/${id}/diff?scope=all`)).status).toBe(400);
  });

  it('are counted in the background, after a turn and after a commit', async () => {
    const server = await startWithGit();
    const id = await server.create();
    const status = async () => (await server.chats('GET', '')).body[0].diff_status;
    await expect.poll(status).toMatchObject({
      chat_id: id,
      head_branch: 'fix',
      base_branch: 'main',
      additions: 2,
      deletions: 0,
      changed_files: 2,
    });
    writeFileSync(path.join(server.directory, 'c.txt'), 'three\n');
    server.agent(id).finish();
    await expect.poll(status).toMatchObject({ additions: 3, changed_files: 3 });
    server.git('checkout', '--quiet', '-b', 'other');
    // After a slow run of git, the next one waits longer.
    await expect.poll(status, { timeout: 30_000 }).toMatchObject({ head_branch: 'other' });
  }, 60_000);

  it('are none outside of a repository, and an error without git', async () => {
    const server = await startLocalChats({
      env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: '/' },
    });
    const id = await server.create();
    expect(await server.chats('GET', `/${id}/diff`)).toMatchObject({ status: 200, body: { diff: '' } });
    const without = await startLocalChats();
    const other = await without.create();
    expect(await without.chats('GET', `/${other}/diff`)).toMatchObject({
      status: 502,
      body: { message: expect.stringContaining('Cannot run git') },
    });
  });
});

describe('models', () => {
  const models = async (server: LocalChatsServer) =>
    (await server.call('GET', `/api/v2/organizations/${server.organizationId}/chats/models`)).body;

  it('are those of the agents, and what their sessions offered', async () => {
    const server = await startLocalChats({}, [
      knownAgent('robot'),
      knownAgent('claude', { isInstalled: false, missing: 'Its adapter is missing', install: 'npm i -g x' }),
    ]);
    const id = await server.create();
    server.agent(id).session({ models: [{ id: 'big', name: 'Big', description: '' }], efforts: ['huge'] });
    const { models: offered, providers } = await models(server);
    expect(offered.map(({ model }: { model: string }) => model)).toEqual(['default', 'big', 'default']);
    expect(providers).toMatchObject([
      { type: 'robot', available: true },
      { type: 'claude', available: false, unavailable_reason: expect.stringContaining('npm i -g x') },
    ]);
    expect((await server.chats('GET', `/${id}`)).body.last_model_config_id).toBe(offered[0].id);
    server.agent(id).finish();
    for (const model of [offered[1].id, 'robot/big']) {
      const other = await server.create('Other', { model_config_id: model, reasoning_effort: 'huge' });
      expect((await server.chats('GET', `/${other}`)).body).toMatchObject({
        last_model_config_id: offered[1].id,
        last_reasoning_effort: 'huge',
        agent: { name: 'robot', version: '' },
      });
      expect(server.scripted.turns.at(-1)?.settings).toMatchObject({ model: 'big', effort: 'huge' });
    }
    await expect(server.create('No', { model_config_id: offered[2].id })).rejects.toThrow('npm i -g x');
  });

  it('must be chosen among several agents, and belong to the agent of a chat', async () => {
    const server = await startLocalChats({}, [knownAgent('robot'), knownAgent('other')]);
    await expect(server.create()).rejects.toThrow('Several agents are installed: robot, other.');
    const id = await server.create('Fix it', { model_config_id: 'robot' });
    expect((await server.chats('PATCH', `/${id}`, { model_config_id: 'robot/big' })).status).toBe(204);
    expect(await server.chats('PATCH', `/${id}`, { model_config_id: 'other' })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('This chat runs Robot.') },
    });
  });

  it('are needed to create a chat', async () => {
    const server = await startLocalChats({}, []);
    await expect(server.create()).rejects.toThrow('No chat model is available in this organization.');
  });
});

it('carries the facts of its agent', async () => {
  const server = await startLocalChats();
  const id = await server.create();
  const chat = async () => (await server.chats('GET', `/${id}`)).body;
  const agent = server.agent(id);
  agent.stage({ name: 'Starting Robot', isQueued: true });
  expect(await chat()).toMatchObject({
    stage: { name: 'Starting Robot', since: expect.any(String) },
    queued_for_capacity: true,
    plan: [],
    commands: [],
  });
  agent.stage(null);
  agent.session({ version: '2.1' });
  agent.report({
    type: 'checklist',
    entries: [{ content: 'Look', priority: 'high', status: 'in_progress' }],
  });
  agent.report({ type: 'commands', commands: [{ name: 'review', description: 'Reviews' }] });
  agent.report({ type: 'usage', usage: { used: 10, size: 100, cost: { amount: 0.25, currency: 'USD' } } });
  agent.write('Done.');
  agent.finish();
  expect(await chat()).toMatchObject({
    stage: null,
    queued_for_capacity: false,
    agent: { name: 'robot', version: '2.1' },
    plan: [{ content: 'Look', priority: 'high', status: 'in_progress' }],
    commands: [{ name: 'review', description: 'Reviews' }],
  });
  expect((await server.chats('GET', `/${id}/cost`)).body).toEqual({
    chat_id: id,
    total_cost_micros: 250_000,
    request_count: 1,
    unpriced_request_count: 0,
  });
  const [message] = (await server.chats('GET', `/${id}/messages?limit=1`)).body.messages;
  expect(message.usage).toEqual({ total_tokens: 10, context_limit: 100 });
});
