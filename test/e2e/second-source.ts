import { afterAll, beforeAll } from 'vitest';
import { buildProgram } from '../support/build-program.ts';
import type { CoderServer } from '../support/coder-server.ts';
import { type Home, makeHome } from '../support/home.ts';
import {
  type ChatServer,
  startChatServer,
  type WireChat,
  type WireMessage,
} from '../support/second-source/chat-server.ts';
import { deployment, pollOften, signedIn } from './deployment.ts';

/** Ids of the chats: one works, one waits. */
export const AUTH = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
export const DOCS = '7a1d2c3b-6f1b-4a38-9a55-0b6c7b3b6a02';

const chat = (fields: Pick<WireChat, 'id' | 'title'> & Partial<WireChat>): WireChat => ({
  owner: 'ada',
  status: 'waiting',
  archived: false,
  unread: false,
  createdAt: Date.now() - 3_600_000,
  updatedAt: Date.now() - 600_000,
  ...fields,
});

const AUTH_MESSAGES: readonly WireMessage[] = [
  {
    id: 1,
    role: 'user',
    content: [{ type: 'text', text: 'Fix the flaky auth tests' }],
    at: Date.now() - 600_000,
  },
  {
    id: 2,
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'The clock is read twice' },
      { type: 'text', text: 'I pin the clock.' },
      { type: 'tool-call', id: 'call-7', name: 'execute', args: { command: 'go test ./...' }, output: 'ok' },
      { type: 'file', name: 'trace.txt', mediaType: 'text/plain' },
      { type: 'hologram' },
    ],
    at: Date.now() - 300_000,
  },
];

const DOCS_MESSAGES: readonly WireMessage[] = [
  { id: 3, role: 'user', content: [{ type: 'text', text: 'Write the docs' }], at: Date.now() - 900_000 },
  {
    id: 4,
    role: 'assistant',
    content: [{ type: 'text', text: 'The docs are done.' }],
    at: Date.now() - 800_000,
  },
];

/** A server of Tasks with one idle task, and one of chats. */
export interface BothServers {
  readonly tasks: CoderServer;
  readonly chats: ChatServer;
}

export async function bothServers(): Promise<BothServers> {
  const chats = await startChatServer(
    [
      chat({ id: AUTH, title: 'Fix the auth tests', status: 'running' }),
      // A little older: equal times would leave the order of the rows open.
      chat({ id: DOCS, title: 'Write the docs', updatedAt: Date.now() - 620_000 }),
    ],
    { [AUTH]: AUTH_MESSAGES, [DOCS]: DOCS_MESSAGES },
  );
  return { tasks: await deployment(), chats };
}

interface ProgramWithChats {
  /** A home whose program lists both servers. */
  makeHome(servers: BothServers, settings?: Readonly<Record<string, unknown>>): Home;
}

/** Builds a taskdeck that lists chats beside the Tasks, for the tests of this file. */
export function programWithChats(): ProgramWithChats {
  let program: ReturnType<typeof buildProgram>;
  beforeAll(() => {
    program = buildProgram('--plugin', 'test/support/second-source/build-plugin.mjs');
  });
  afterAll(() => program.remove());
  return {
    makeHome({ tasks, chats }, settings) {
      const home = makeHome({
        launcher: program.launcher,
        env: { ...signedIn(tasks).env, CHATS_URL: chats.url },
      });
      return pollOften(home, settings);
    },
  };
}
