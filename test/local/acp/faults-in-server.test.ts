import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NO_QUIRKS } from '../../../src/local/agents/acp-agent.ts';
import { fakeAgentCommand } from '../../support/acp/fake-agent.ts';
import {
  type LocalChatsServer,
  startLocalChats,
  words,
} from '../../support/local-chats/start-local-chats.ts';
import { temporaryDirectory } from '../../support/local-server.ts';
import { taggedProcesses } from '../../support/tagged-processes.ts';

/*
 * The same faults as in faults.test.ts, as the chats of the whole server show them. A row a fault; after each no process of
 * the chat may run.
 */

// biome-ignore lint/suspicious/noExplicitAny: parts of all shapes.
type Part = any;

interface ChatView {
  readonly status: string;
  readonly error: { readonly kind: string; readonly message: string } | null;
  /** The parts of the newest message of the agent. */
  readonly parts: readonly Part[];
}

interface Row {
  readonly name: string;
  readonly switches?: readonly string[];
  readonly prompts: readonly string[];
  /** The processes of the agent end between the prompts. */
  readonly restarts?: boolean;
  readonly check: (chat: ChatView) => void;
}

const partsOf = ({ parts }: ChatView, type: string): readonly Part[] =>
  parts.filter((part) => part.type === type);
const textOf = (chat: ChatView): string =>
  partsOf(chat, 'text')
    .map(({ text }) => text)
    .join('');
const noticesOf = (chat: ChatView): string => JSON.stringify(partsOf(chat, 'hook-notice'));

const ROWS: readonly Row[] = [
  {
    name: 'lines that are no messages of the protocol',
    switches: ['noise'],
    prompts: ['say one | noise | say  two'],
    check(chat) {
      expect(chat.status).toBe('waiting');
      expect(textOf(chat)).toBe('one two');
    },
  },
  {
    name: 'a flood of 60,000 pieces of text, and a line of 20 MB',
    prompts: ['say first | huge 20 | flood 60000'],
    check(chat) {
      expect(chat.status).toBe('waiting');
      expect(textOf(chat).length).toBeGreaterThan(1024 * 1024);
      expect(textOf(chat).length).toBeLessThan(1.01 * 1024 * 1024);
      expect(partsOf(chat, 'tool-call')).toHaveLength(1);
    },
  },
  {
    name: 'the same id for two tool calls',
    prompts: ['same-id'],
    check(chat) {
      const calls = partsOf(chat, 'tool-call');
      expect(calls.map(({ title, status }) => [title, status])).toEqual([
        ['first', 'completed'],
        ['second', 'completed'],
      ]);
      expect(new Set(calls.map((call) => call.tool_call_id)).size).toBe(2);
    },
  },
  {
    name: 'output that is sent whole each time',
    prompts: ['cumulative 500'],
    check(chat) {
      const [result] = partsOf(chat, 'tool-result');
      expect(JSON.stringify(result).split('line 1\\n')).toHaveLength(2);
      expect(JSON.stringify(result)).toContain('line 500');
    },
  },
  {
    name: 'updates of unknown kinds',
    prompts: ['unknown | say hello'],
    check(chat) {
      expect([chat.status, textOf(chat)]).toEqual(['waiting', 'hello']);
    },
  },
  {
    name: 'a question that the agent withdraws',
    prompts: ['ask-withdrawn | say done'],
    check(chat) {
      expect([chat.status, textOf(chat)]).toEqual(['waiting', 'done']);
      expect(JSON.stringify(partsOf(chat, 'tool-result'))).toContain('The agent withdrew the question.');
    },
  },
  {
    name: 'it dies while a question is open',
    prompts: ['say one | ask-exit 3'],
    check(chat) {
      expect(chat).toMatchObject({
        status: 'error',
        error: { kind: 'generic', message: 'Fake ended by itself (exit code 3).' },
      });
      expect(textOf(chat)).toBe('one');
      expect(JSON.stringify(partsOf(chat, 'tool-result'))).toContain('The agent ended before you answered.');
    },
  },
  {
    name: 'an orphan holds its output open',
    prompts: ['orphan 60 | say one | kill', 'say two'],
    check(chat) {
      expect([chat.status, textOf(chat)]).toEqual(['waiting', 'two']);
    },
  },
  {
    name: 'a refusal',
    prompts: ['say no | stop refusal'],
    check(chat) {
      expect(chat).toMatchObject({ status: 'error', error: { kind: 'content_filter' } });
    },
  },
  {
    name: 'a login is missing',
    switches: ['auth'],
    prompts: ['say one'],
    check(chat) {
      expect(chat).toMatchObject({
        status: 'error',
        error: { kind: 'auth', message: 'Fake needs a login. Sign in with: fake login. Then send again.' },
      });
    },
  },
  {
    name: 'a session is resumed in another process',
    prompts: ['say one', 'say two'],
    restarts: true,
    check(chat) {
      expect([chat.status, textOf(chat), partsOf(chat, 'hook-notice')]).toEqual(['waiting', 'two', []]);
    },
  },
  {
    name: 'a session is lost',
    switches: ['not-found'],
    prompts: ['say one', 'say two'],
    restarts: true,
    check(chat) {
      expect([chat.status, textOf(chat)]).toEqual(['waiting', 'two']);
      expect(noticesOf(chat)).toContain('Earlier context is lost: Fake does not find the session any more.');
    },
  },
  {
    name: 'a replay of the conversation after the answer to load',
    switches: ['no-resume', 'late-replay'],
    prompts: ['say one', 'say two'],
    restarts: true,
    check(chat) {
      expect([chat.status, textOf(chat)]).toEqual(['waiting', 'two']);
    },
  },
];

it.each(ROWS)('$name', async ({ switches = [], prompts, restarts = false, check }) => {
  const state = temporaryDirectory();
  const agent = {
    name: `fake-${randomUUID().slice(0, 8)}`,
    displayName: 'Fake',
    command: fakeAgentCommand(`state=${path.join(state.path, 'sessions')}`, ...switches),
    env: {},
    modes: { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' },
    quirks: { ...NO_QUIRKS, replaysLate: switches.includes('late-replay'), signIn: 'fake login' },
    isConfigured: false,
  };
  const server = await startLocalChats({ chatRuntime: undefined, env: { PATH: process.env.PATH } }, [
    { agent, isInstalled: true, install: '', missing: null },
  ]);
  const [first = '', ...others] = prompts;
  const id = await server.create(first);
  let chat = await restingChat(server, id);
  for (const prompt of others) {
    if (restarts) for (const archived of [true, false]) await server.chats('PATCH', `/${id}`, { archived });
    expect((await server.chats('POST', `/${id}/messages`, words(prompt))).status).toBe(200);
    chat = await restingChat(server, id);
  }
  check(chat);
  await server.chats('PATCH', `/${id}`, { archived: true });
  await expect.poll(() => taggedProcesses(id)).toEqual([]);
  state.remove();
});

/** The chat once no turn runs. */
async function restingChat({ chats }: LocalChatsServer, id: string): Promise<ChatView> {
  const status = async (): Promise<string> => (await chats('GET', `/${id}`)).body.status;
  await expect.poll(status).toMatch(/^(waiting|error)$/u);
  const { body } = await chats('GET', `/${id}`);
  const { messages } = (await chats('GET', `/${id}/messages`)).body;
  const newest = messages.find(({ role }: { readonly role: string }) => role === 'assistant');
  return { status: body.status, error: body.last_error, parts: newest?.content ?? [] };
}
