import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_QUIRKS } from '../../../src/local/agents/acp-agent.ts';
import type { LocalServerHandle } from '../../../src/local/server.ts';
import type { WirePermission } from '../../../src/wire/local-extension.ts';
import { type AgentControl, openAgentControl } from '../../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import { registryOf, startLocalServer, temporaryDirectory } from '../../support/local-server.ts';
import { waitUntil } from '../test-client.ts';
import { ChatClient, textOf } from './chat-client.ts';

let temporary: ReturnType<typeof temporaryDirectory>;
let control: AgentControl;
let server: LocalServerHandle;
let client: ChatClient;
beforeEach(async () => {
  temporary = temporaryDirectory();
  control = await openAgentControl();
  for (const name of ['state', 'sessions', 'work']) mkdirSync(path.join(temporary.path, name));
  const agent = {
    name: 'fake',
    displayName: 'Fake Agent',
    command: fakeAgentCommand(control.switch, `state=${path.join(temporary.path, 'sessions')}`),
    env: {},
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
    quirks: { ...NO_QUIRKS, exitMs: 1_000 },
    isConfigured: false,
  };
  const known = { agent, isInstalled: true, install: '', missing: null };
  server = await startLocalServer({
    stateDir: path.join(temporary.path, 'state'),
    agents: registryOf(
      () => [],
      () => [known],
    ),
  });
  client = new ChatClient(server, path.join(temporary.path, 'work'));
});
afterEach(async () => {
  await server.close();
  await control[Symbol.asyncDispose]();
  temporary.remove();
});

const untilText = (id: string, text: string): Promise<unknown> =>
  waitUntil(text, async () => textOf(await client.answer(id)) === text);

test('an edited message of a running turn begins a session that gets the earlier messages as text', async () => {
  const id = await client.create('say The word is blue.');
  await client.until(id, 'waiting');
  await client.send(id, 'say Half | hold');
  await untilText(id, 'Half');
  const { messages } = await client.conversation(id);
  const edited = messages.findLast(({ role }) => role === 'user');
  await client.call('PATCH', `chats/${id}/messages/${edited?.id}`, {
    content: [{ type: 'text', text: 'say Edited.' }],
  });
  await client.until(id, 'waiting');
  expect((await client.conversation(id)).messages.map(({ content }) => textOf(content))).toEqual([
    'say The word is blue.',
    'The word is blue.',
    'say Edited.',
    'Edited.',
  ]);
  const next = await control.agent({ owner: id, nth: 2 });
  expect(next.facts.map(({ type }) => type)).not.toContain('resume');
  const { blocks } = await next.fact('blocks');
  expect(blocks).toMatchObject([
    { text: expect.stringContaining('User:\nsay The word is blue.\n\nAssistant:\nThe word is blue.') },
    { text: 'say Edited.' },
  ]);
});

test('a message that is sent now ends the turn, keeps its text, and runs behind the queue', async () => {
  const id = await client.create('say Half | hold');
  await client.send(id, 'say Second.');
  await untilText(id, 'Half');
  await client.call('POST', `chats/${id}/messages`, {
    content: [{ type: 'text', text: 'say Now.' }],
    busy_behavior: 'interrupt',
  });
  await client.until(id, 'waiting');
  expect((await client.conversation(id)).messages.map(({ content }) => textOf(content))).toEqual([
    'say Half | hold',
    'Half',
    'say Second.',
    'Second.',
    'say Now.',
    'Now.',
  ]);
});

test('of two answers at the same time one counts', async () => {
  const id = await client.create('ask npm test');
  await client.until(id, 'requires_action');
  const parts = await client.answer(id);
  const request = parts.find((part) => part.tool_name === 'request_permission');
  const { options } = (request?.args ?? { options: [] }) as WirePermission;
  const answers = await Promise.all(
    ['allow_once', 'reject_once'].map((kind) =>
      client.answerTo('POST', `chats/${id}/tool-results`, {
        results: [
          {
            tool_call_id: request?.tool_call_id,
            output: {
              outcome: 'selected',
              option_id: options.find((option) => option.kind === kind)?.option_id,
            },
            is_error: false,
          },
        ],
      }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  await client.until(id, 'waiting');
  const result = (await client.answer(id)).find(
    (part) => part.type === 'tool-result' && part.tool_call_id === request?.tool_call_id,
  );
  const first = answers[0]?.status === 204 ? 'allow_once' : 'reject_once';
  expect(result?.result).toEqual({
    outcome: 'selected',
    option_id: options.find((option) => option.kind === first)?.option_id,
  });
});

test('work after the end of a turn makes the chat run, and an interrupt ends it', async () => {
  const id = await client.create('say Done. | after 50 say Not quite.');
  await waitUntil('late text', async () => textOf(await client.answer(id)) === 'Not quite.');
  expect((await client.chat(id)).status).toBe('running');
  await client.call('POST', `chats/${id}/interrupt`);
  expect((await client.chat(id)).status).toBe('waiting');
});
