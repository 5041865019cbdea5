import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findOrStartLocalServer, type LocalServer } from '../../../src/config/local-server.ts';
import { isStateDirectoryLocked } from '../../../src/config/server-lock.ts';
import type { WirePart } from '../../../src/local/chats/chat-row-types.ts';
import { environmentVariableOf, processTable } from '../../../src/local/processes/process-table.ts';
import { type AgentControl, openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { detachedStart, endDetachedServer, temporaryDirectory } from '../../support/local-server.ts';
import { TestClient, waitUntil } from '../test-client.ts';

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

interface Chat {
  readonly id: string;
  readonly status: string;
  readonly last_error: { readonly message: string } | null;
}
interface Message {
  readonly role: string;
  readonly content: readonly WirePart[];
}

/** A client of a server in its own process, for one chat at a time. */
class ChatClient {
  readonly server: LocalServer;
  readonly #client: TestClient;

  constructor(server: LocalServer) {
    this.server = server;
    this.#client = new TestClient(server);
  }

  async call<Body>(method: string, below: string, body?: unknown): Promise<Body> {
    const answer = await this.#client.call(method, `/api/v2/${below}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${below}: ${answer.status} ${answer.text}`);
    return answer.body as Body;
  }

  /** `switches`: of the fake agent. */
  async create(text: string, switches = ''): Promise<string> {
    const [organization] = await this.call<readonly { readonly id: string }[]>(
      'GET',
      'users/me/organizations',
    );
    const { id } = await this.call<Chat>('POST', 'chats', {
      organization_id: organization?.id,
      content: [{ type: 'text', text }],
      model_config_id: 'fake',
      directory: path.join(temporary.path, 'work'),
      environment: { PATH: process.env.PATH, FAKE_AGENT: switches },
    });
    return id;
  }

  send(id: string, text: string): Promise<unknown> {
    return this.call('POST', `chats/${id}/messages`, { content: [{ type: 'text', text }] });
  }

  chat(id: string): Promise<Chat> {
    return this.call('GET', `chats/${id}`);
  }

  /** Resolves once the chat has this status. */
  until(id: string, status: string): Promise<unknown> {
    return waitUntil(`chat ${status}`, async () => (await this.chat(id)).status === status);
  }

  /** Visible messages, oldest first, and the texts of the queue. */
  async conversation(id: string): Promise<{ messages: readonly Message[]; queue: readonly unknown[] }> {
    const { messages, queued_messages: queue } = await this.call<{
      messages: readonly Message[];
      queued_messages: readonly Message[];
    }>('GET', `chats/${id}/messages?limit=200`);
    return { messages: messages.toReversed(), queue: queue.map(({ content }) => content[0]?.text) };
  }

  /** The parts of the newest answer. */
  async answer(id: string): Promise<readonly WirePart[]> {
    const { messages } = await this.conversation(id);
    return messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  }
}

async function start(): Promise<ChatClient> {
  const options = await detachedStart(stateDir);
  const env = { ...options.env, TASKDECK_CONFIG_DIR: path.join(temporary.path, 'config') };
  return new ChatClient(await findOrStartLocalServer({ ...options, env }));
}

/** Kills the server, and starts the next one. */
async function killAndStart({ server }: ChatClient): Promise<ChatClient> {
  process.kill(server.pid, 'SIGKILL');
  await waitUntil('lock free', () => !isStateDirectoryLocked(stateDir));
  return start();
}

const taggedProcesses = (chatId: string): readonly number[] =>
  processTable()
    .filter(({ pid, zombie }) => !zombie && environmentVariableOf(pid, 'CODER_TASK_ID') === chatId)
    .map(({ pid }) => pid);

const CUT_OFF = 'The turn was cut off when the server ended.';
const textOf = (parts: readonly WirePart[]): string =>
  parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');

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
    const first = await start();
    const id = await first.create(prompt, 'ignore-cancel');
    await first.send(id, 'say From the queue.');
    await reached(first, id);
    const before = textOf(await first.answer(id));
    const second = await killAndStart(first);

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
    const first = await start();
    const id = await first.create('ask npm test');
    await first.until(id, 'requires_action');
    const request = (await first.answer(id)).find((part) => part.tool_name === 'request_permission');
    const second = await killAndStart(first);
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
    const first = await start();
    const id = await first.create('say The word is blue.');
    await first.until(id, 'waiting');
    await first.send(id, 'hold');
    await (await control.agent({ owner: id })).fact('prompt', 2);
    const second = await killAndStart(first);
    await second.send(id, 'say Again.');
    await second.until(id, 'waiting');
    const agent = await control.agent({ owner: id, nth: 2 });
    expect(agent.facts.map(({ type }) => type)).toContain('resume');
    expect(agent.facts.map(({ type }) => type)).not.toContain('new');
    expect(textOf(await second.answer(id))).toBe('Again.');
  });
});

test('a server that is stopped in a turn ends the agent, and the next one says that the turn was cut off', async () => {
  const first = await start();
  const id = await first.create('say Half | hold');
  await waitUntil('text', async () => textOf(await first.answer(id)) === 'Half');
  await endDetachedServer(stateDir);
  expect(taggedProcesses(id)).toEqual([]);
  const second = await start();
  expect(await second.chat(id)).toMatchObject({ status: 'error', last_error: { message: CUT_OFF } });
  expect(textOf(await second.answer(id))).toBe('Half');
});
