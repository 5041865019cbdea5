import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findOrStartLocalServer } from '../../../src/config/local-server.ts';
import { isStateDirectoryLocked } from '../../../src/config/server-lock.ts';
import { type AgentControl, openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { detachedStart, endDetachedServer, temporaryDirectory } from '../../support/local-server.ts';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { waitUntil } from '../test-client.ts';
import { ChatClient, textOf } from './chat-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let control: AgentControl;
let stateDir: string;
beforeEach(async () => {
  temporary = temporaryDirectory();
  control = await openAgentControl();
  stateDir = path.join(temporary.path, 'state');
  for (const name of ['config', 'sessions', 'work']) mkdirSync(path.join(temporary.path, name));
  const agent = {
    acp: fakeAgentCommand(control.switch, `state=${path.join(temporary.path, 'sessions')}`),
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
  };
  writeFileSync(
    path.join(temporary.path, 'config', 'config.jsonc'),
    JSON.stringify({ agents: { fake: agent } }),
  );
});
afterEach(async () => {
  await endDetachedServer(stateDir);
  await control[Symbol.asyncDispose]();
  temporary.remove();
});

interface Running {
  readonly pid: number;
  readonly client: ChatClient;
}

/** Starts a server in its own process. */
async function start(): Promise<Running> {
  const options = await detachedStart(stateDir);
  const env = { ...options.env, TASKDECK_CONFIG_DIR: path.join(temporary.path, 'config') };
  const server = await findOrStartLocalServer({ ...options, env });
  return { pid: server.pid, client: new ChatClient(server, path.join(temporary.path, 'work')) };
}

/** Kills the server, and starts the next one. */
async function killAndStart({ pid }: Running): Promise<ChatClient> {
  process.kill(pid, 'SIGKILL');
  await waitUntil('lock free', () => !isStateDirectoryLocked(stateDir));
  return (await start()).client;
}

const CUT_OFF = 'The turn was cut off when the server ended.';

describe('a server that is killed', () => {
  test.each<[moment: string, prompt: string, reached: (client: ChatClient, id: string) => Promise<unknown>]>([
    ['while the agent starts', 'hold', () => control.agent()],
    ['when the prompt was sent', 'hold', async () => (await control.agent()).fact('prompt')],
    [
      'in an answer',
      'say Half an ans | hold',
      (client, id) => waitUntil('text', async () => textOf(await client.answer(id)) === 'Half an ans'),
    ],
    [
      'while a request is open',
      'say Let me. | ask npm test',
      (client, id) => client.until(id, 'requires_action'),
    ],
    [
      'while it interrupts',
      'say Slow | hold',
      async (client, id) => {
        await waitUntil('text', async () => textOf(await client.answer(id)) === 'Slow');
        await client.call('POST', `chats/${id}/interrupt`);
      },
    ],
  ])('%s', async (_moment, prompt, reached) => {
    const server = await start();
    const first = server.client;
    const id = await first.create(prompt, 'ignore-cancel');
    await first.send(id, 'say From the queue.');
    await reached(first, id);
    const before = textOf(await first.answer(id));
    const second = await killAndStart(server);

    // Nothing of the old turn runs on.
    expect(taggedProcesses(id)).toEqual([]);
    expect(await second.chat(id)).toMatchObject({ status: 'error', last_error: { message: CUT_OFF } });
    const { messages, queue } = await second.conversation(id);
    expect(queue).toEqual(['say From the queue.']);
    expect(textOf(await second.answer(id))).toBe(before);
    const calls = messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool-call'));
    expect(calls.filter(({ status }) => status !== 'cancelled')).toEqual([]);

    await second.send(id, 'say And the last.');
    await second.until(id, 'waiting');
    expect((await second.conversation(id)).messages.slice(-4).map(({ content }) => textOf(content))).toEqual([
      'say From the queue.',
      'From the queue.',
      'say And the last.',
      'And the last.',
    ]);
  });

  test('answers an open request no more, and says why', async () => {
    const server = await start();
    const first = server.client;
    const id = await first.create('ask npm test');
    await first.until(id, 'requires_action');
    const request = (await first.answer(id)).find((part) => part.tool_name === 'request_permission');
    const second = await killAndStart(server);
    await expect(
      second.call('POST', `chats/${id}/tool-results`, {
        results: [{ tool_call_id: request?.tool_call_id, output: { outcome: 'cancelled' }, is_error: false }],
      }),
    ).rejects.toThrow(' 409 ');
    expect(await second.answer(id)).toContainEqual(
      expect.objectContaining({
        type: 'tool-result',
        tool_call_id: request?.tool_call_id,
        is_error: true,
        result: { error: 'The agent ended before you answered.' },
      }),
    );
  });

  test('resumes the session, which knows the conversation', async () => {
    const server = await start();
    const first = server.client;
    const id = await first.create('say The word is blue.');
    await first.until(id, 'waiting');
    await first.send(id, 'hold');
    await (await control.agent({ owner: id })).fact('prompt', 2);
    const second = await killAndStart(server);
    await second.send(id, 'say Again.');
    await second.until(id, 'waiting');
    const agent = await control.agent({ owner: id, nth: 2 });
    expect(agent.facts.map(({ type }) => type)).toContain('resume');
    expect(agent.facts.map(({ type }) => type)).not.toContain('new');
    expect(textOf(await second.answer(id))).toBe('Again.');
  });
});

test('a server that is stopped in a turn ends the agent, and the next one says that the turn was cut off', async () => {
  const { client: first } = await start();
  const id = await first.create('say Half | hold');
  await waitUntil('text', async () => textOf(await first.answer(id)) === 'Half');
  await endDetachedServer(stateDir);
  expect(taggedProcesses(id)).toEqual([]);
  const { client: second } = await start();
  expect(await second.chat(id)).toMatchObject({ status: 'error', last_error: { message: CUT_OFF } });
  expect(textOf(await second.answer(id))).toBe('Half');
});
