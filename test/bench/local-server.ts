import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { findOrStartLocalServer, stopLocalServer } from '../../src/config/local-server.ts';
import { probeByHttp } from '../../src/config/probe.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { BenchPrograms } from './programs.ts';

const CHATS = '/api/v2/chats';
const TIMEOUT_MS = 120_000;

const never = new AbortController().signal;

/** An event of a stream, with its fields that the bench reads. */
export interface StreamEvent {
  readonly type: string;
  readonly message?: {
    readonly role: string;
    readonly content?: readonly { readonly type: string; readonly text?: string }[];
  };
  readonly message_part?: { readonly part: { readonly type: string; readonly text?: string } };
  readonly status?: { readonly status: string };
}

/** The stream of a chat. */
export interface ChatStream {
  /** Calls `listener` for each event. Returns how to stop that. */
  onEvent(listener: (event: StreamEvent) => void): () => void;
  /** Resolves at the next event for which `matches` is true. Rejects after 2 min. */
  until(matches: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  close(): void;
}

/** The built local server in a process of its own, with the fake agent of the tests. */
export interface LocalChatServer {
  readonly pid: number;
  readonly database: string;
  /** Starts a chat with this prompt. Resolves to its id. */
  create(prompt: string): Promise<string>;
  send(chat: string, prompt: string): Promise<void>;
  status(chat: string): Promise<string>;
  /** Resolves when the turn has ended. */
  rests(chat: string): Promise<void>;
  /** Resolves after the first events. */
  stream(chat: string): Promise<ChatStream>;
  /** Opens the watch socket. Returns how to close it. */
  watch(): Promise<() => void>;
  stop(): Promise<void>;
}

export async function startLocalChatServer(programs: BenchPrograms): Promise<LocalChatServer> {
  const home = mkdtempSync(path.join(tmpdir(), 'taskdeck-bench-local-'));
  const [stateDir = '', configDir = '', directory = ''] = ['state', 'config', 'work'].map((name) => {
    const each = path.join(home, name);
    mkdirSync(each, { mode: 0o700 });
    return each;
  });
  const agent = await programs.bundled('../support/acp/fake-agent-program.ts');
  const acp = [process.execPath, agent, `--state=${path.join(home, 'sessions')}`];
  mkdirSync(path.join(home, 'sessions'));
  writeFileSync(path.join(configDir, 'config.jsonc'), JSON.stringify({ agents: { fake: { acp } } }), {
    mode: 0o600,
  });
  const access = { stateDir, version: '0.0.0', probe: probeByHttp, clock: systemClock, signal: never };
  const { url, token, pid } = await findOrStartLocalServer({
    ...access,
    entry: programs.localServer,
    env: { PATH: process.env.PATH, HOME: home, TASKDECK_CONFIG_DIR: configDir, SHELL: '/bin/sh' },
  });

  const headers = { 'Coder-Session-Token': token };
  const call = async <T>(method: string, where: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}${where}`, {
      method,
      headers: { ...headers, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${text}`);
    return text === '' ? (undefined as T) : JSON.parse(text);
  };
  const socketTo = (where: string): WebSocket =>
    new WebSocket(`${url.replace('http', 'ws')}${where}`, { headers });
  const content = (text: string): object => ({ content: [{ type: 'text', text }] });
  const { organization_ids: organizations } = await call<{ organization_ids: readonly string[] }>(
    'GET',
    '/api/v2/users/me',
  );
  const status = async (chat: string): Promise<string> =>
    (await call<{ status: string }>('GET', `${CHATS}/${chat}`)).status;

  return {
    pid,
    database: path.join(stateDir, 'local.db'),
    status,
    async create(prompt) {
      const request = { organization_id: organizations[0], model_config_id: 'fake', directory };
      return (await call<{ id: string }>('POST', CHATS, { ...request, ...content(prompt) })).id;
    },
    send: (chat, prompt) => call('POST', `${CHATS}/${chat}/messages`, content(prompt)),
    async rests(chat) {
      const deadline = performance.now() + TIMEOUT_MS;
      for (let now = await status(chat); now !== 'waiting'; now = await status(chat)) {
        if (now === 'error' || performance.now() > deadline) throw new Error(`The chat is ${now}.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async stream(chat) {
      const stream = streamOf(socketTo(`${CHATS}/${chat}/stream`));
      await stream.until(({ type }) => type === 'status');
      return stream;
    },
    async watch() {
      const socket = socketTo(`${CHATS}/watch`);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return () => socket.terminate();
    },
    async stop() {
      await stopLocalServer(access);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function streamOf(socket: WebSocket): ChatStream {
  const listeners = new Set<(event: StreamEvent) => void>();
  socket.on('message', (frame) => {
    const events: readonly StreamEvent[] = [JSON.parse(String(frame))].flat();
    for (const event of events) for (const listener of [...listeners]) listener(event);
  });
  const onEvent: ChatStream['onEvent'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const failed = new Promise<never>((_, reject) => socket.once('error', reject));
  failed.catch(() => undefined);
  return {
    onEvent,
    until: (matches) =>
      Promise.race([
        failed,
        new Promise<StreamEvent>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('No such event in the stream.')), TIMEOUT_MS);
          const stop = onEvent((event) => {
            if (!matches(event)) return;
            clearTimeout(timer);
            stop();
            resolve(event);
          });
        }),
      ]),
    close: () => socket.terminate(),
  };
}
