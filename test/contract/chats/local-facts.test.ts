import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXTENSIONS } from '../../../src/wire/local-extension.ts';
import { knownAgent } from '../../support/local-chats/scripted-agents.ts';
import {
  idleChat,
  type LocalChatsServer,
  startLocalChats,
  words,
} from '../../support/local-chats/start-local-chats.ts';
import { temporaryDirectory } from '../../support/local-server.ts';
import { openSocket } from './socket-client.ts';

it('buildinfo names the extensions', async () => {
  const { call } = await startLocalChats();
  expect((await call('GET', '/api/v2/buildinfo')).body.taskdeck).toEqual({ extensions: EXTENSIONS });
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

describe('the restart of a server', () => {
  it('keeps chats, their queue, their files and open questions', async () => {
    const state = temporaryDirectory();
    onTestFinished(state.remove);
    const first = await startLocalChats({ stateDir: state.path });
    const id = await first.create('Fix it', { environment: { SECRET: 'one' } });
    first.agent(id).session();
    first.agent(id).write('Half of it');
    const request = first.agent(id).ask();
    await first.chats('POST', `/${id}/messages`, words('Next'));
    await first.server.close();
    const second = await startLocalChats({ stateDir: state.path });
    expect((await second.chats('GET', `/${id}`)).body).toMatchObject({
      status: 'error',
      last_error: { message: 'The turn was cut off when the server ended.' },
    });
    const { messages, queued_messages: queue } = (await second.chats('GET', `/${id}/messages`)).body;
    expect(messages[0].content).toMatchObject([
      { type: 'text', text: 'Half of it' },
      { type: 'tool-call', status: 'cancelled' },
      { type: 'tool-result' },
      { type: 'tool-call', tool_call_id: request, status: 'cancelled' },
      { type: 'tool-result', is_error: true },
      { type: 'hook-notice' },
    ]);
    expect(JSON.stringify(messages[0])).toContain('The agent ended before you answered.');
    expect(queue).toMatchObject([{ content: [{ text: 'Next' }] }]);
    const late = await second.chats('POST', `/${id}/tool-results`, {
      results: [{ tool_call_id: request, output: { outcome: 'cancelled' } }],
    });
    expect(late.status).toBe(409);
    expect((await second.chats('POST', `/${id}/messages`, words('Go on'))).body.queued).toBe(true);
    const [turn] = second.scripted.turns;
    expect(turn).toMatchObject({
      chatId: id,
      prompt: [{ type: 'text', text: 'Next' }],
      session: { id: 'session-1' },
      env: { SECRET: 'one' },
    });
  });

  it('shows the chats of a newer taskdeck, and changes nothing', async () => {
    const state = temporaryDirectory();
    onTestFinished(state.remove);
    const first = await startLocalChats({ stateDir: state.path });
    const id = await idleChat(first);
    await first.server.close();
    const database = new DatabaseSync(path.join(state.path, 'local.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();
    const second = await startLocalChats({ stateDir: state.path });
    expect((await second.chats('GET', '')).body).toMatchObject([{ id, has_unread: true }]);
    expect((await second.chats('GET', `/${id}/messages`)).body.messages).toHaveLength(2);
    for (const [method, target] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/messages`],
      ['POST', `/${id}/interrupt`],
      ['POST', '/files'],
    ] as const)
      expect(await second.chats(method, target, {})).toMatchObject({
        status: 403,
        body: { message: second.server.notice },
      });
    const headers = { 'coder-session-token': second.server.token };
    const client = await openSocket(second.server, `/api/v2/chats/${id}/stream`, { headers });
    await client.settled();
    expect(client.types).toEqual(['message', 'message', 'status', 'preview_reset']);
    await client.close();
    expect((await second.chats('GET', `/${id}`)).body.has_unread).toBe(true);
  });
});
