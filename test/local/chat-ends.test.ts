import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isStateDirectoryLocked } from '../../src/config/server-lock.ts';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { type KnownAgent, NO_QUIRKS } from '../../src/local/agents/acp-agent.ts';
import { socketDirectory } from '../../src/local/processes/command-environment.ts';
import type { LocalServerHandle, ServerOptions } from '../../src/local/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { type AgentControl, openAgentControl } from '../support/acp/agent-control.ts';
import { fakeAgentCommand } from '../support/acp/fake-agent.ts';
import {
  endDetachedServer,
  registryOf,
  startDetachedServer,
  startLocalServer,
  temporaryDirectory,
} from '../support/local-server.ts';
import { taggedProcesses } from '../support/tagged-processes.ts';
import { TestClient, waitUntil } from './test-client.ts';

const CHATS = '/api/v2/chats';

/** How agents end, or do not: the cases that real agents showed. */
const AGENTS: readonly {
  readonly agent: string;
  readonly switches: readonly string[];
  readonly prompt: string;
}[] = [
  { agent: 'ends with its input', switches: [], prompt: 'say busy | hold' },
  { agent: 'has a tool in a session of its own', switches: [], prompt: 'say busy | run 600' },
  { agent: 'leaves its tools running', switches: [], prompt: 'say busy | leave 600 | hold' },
  { agent: 'leaves a process that holds its pipes', switches: [], prompt: 'say busy | orphan 600 | hold' },
  { agent: 'ignores signals and its input', switches: ['ignore-sigterm'], prompt: 'say busy | hold' },
  {
    agent: 'does not answer a cancel or a close',
    switches: ['ignore-cancel', 'ignore-close'],
    prompt: 'say busy | hold',
  },
];

/** The ten minutes of rest after which agents end take half a second. */
const IMPATIENT: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms >= 10 * 60_000 ? 500 : ms, callback),
};

const toClean: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of toClean.splice(0).reverse()) await clean();
  vi.unstubAllEnvs();
});

const MODES = { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions', plan: 'plan' };

const knownAgent = (command: readonly string[]): KnownAgent => ({
  agent: {
    name: 'fake',
    displayName: 'Fake',
    command,
    env: {},
    modes: MODES,
    quirks: { ...NO_QUIRKS, leavesToolsRunning: true, exitMs: 500 },
    isConfigured: false,
  },
  isInstalled: true,
  install: '',
  missing: null,
});

interface RunningChat {
  readonly client: TestClient;
  readonly control: AgentControl;
  readonly id: string;
  readonly agentPid: number;
  /** The process that the agent started in its turn; null for none. */
  readonly toolPid: number | null;
  status(): Promise<string>;
}

async function control(): Promise<AgentControl> {
  const opened = await openAgentControl();
  toClean.push(() => opened[Symbol.asyncDispose]());
  return opened;
}

/** A chat whose agent has begun a turn. */
async function startChat(
  server: { readonly url: string; readonly token: string },
  agents: AgentControl,
  prompt: string,
): Promise<RunningChat> {
  const directory = temporaryDirectory();
  toClean.push(directory.remove);
  const client = new TestClient(server);
  const me = Object((await client.call('GET', '/api/v2/users/me')).body);
  const created = await client.call('POST', CHATS, {
    organization_id: me.organization_ids[0],
    model_config_id: 'fake',
    directory: directory.path,
    content: [{ type: 'text', text: prompt }],
  });
  expect([created.status, created.text]).toEqual([201, expect.any(String)]);
  const id = String(Object(created.body).id);
  const agent = await agents.agent({ owner: id }).catch(async (error) => {
    throw new Error(`${error}: ${(await client.call('GET', `${CHATS}/${id}`)).text}`);
  });
  const messages = `${CHATS}/${id}/messages`;
  await waitUntil('busy', async () => (await client.call('GET', messages)).text.includes('"busy'));
  const hasTool = /run|leave|orphan/.test(prompt);
  return {
    client,
    control: agents,
    id,
    agentPid: agent.pid,
    toolPid: hasTool ? Number((await agent.fact('tool')).pid) : null,
    status: async () => String(Object((await client.call('GET', `${CHATS}/${id}`)).body).status),
  };
}

/** The same in a server of this process. */
async function startHere(
  switches: readonly string[],
  prompt: string,
  options: Partial<ServerOptions> = {},
): Promise<RunningChat & { readonly server: LocalServerHandle & { readonly stateDir: string } }> {
  const agents = await control();
  const known = knownAgent(fakeAgentCommand(agents.switch, ...switches));
  const registry = registryOf(
    () => [],
    () => [known],
  );
  const server = await startLocalServer({ graceMs: 500, ...options, agents: registry });
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= server.close();
    return closed;
  };
  toClean.push(close);
  return { ...(await startChat(server, agents, prompt)), server: { ...server, close } };
}

/** The same prompt with a turn that ends by itself. */
const shortened = (prompt: string): string => prompt.replace(/ \| (?:hold|run 600)$/, '');
const isWaiting = ({ status }: RunningChat) =>
  waitUntil('waiting', async () => (await status()) === 'waiting');
const nothingRuns = (id: string) => waitUntil('nothing runs', () => taggedProcesses(id).length === 0);
async function archive(chat: RunningChat): Promise<void> {
  await isWaiting(chat);
  const { status } = await chat.client.call('PATCH', `${CHATS}/${chat.id}`, { archived: true });
  expect(status).toBe(204);
}

describe.skipIf(process.platform !== 'linux').each(AGENTS)('an agent that $agent', ({ switches, prompt }) => {
  test('after an interrupt, only the agent itself runs, or nothing', async () => {
    const chat = await startHere(switches, prompt);
    await chat.client.call('POST', `${CHATS}/${chat.id}/interrupt`);
    await isWaiting(chat);
    await waitUntil('no tool runs', () => !taggedProcesses(chat.id).includes(chat.toolPid ?? 0));
    if (switches.includes('ignore-cancel')) await nothingRuns(chat.id);
  });

  test('an archive ends everything', async () => {
    const chat = await startHere(switches, shortened(prompt));
    await archive(chat);
    await nothingRuns(chat.id);
    expect(await chat.status()).toBe('waiting');
  });

  test('a delete ends everything, and removes its private directories', async () => {
    const chat = await startHere(switches, shortened(prompt));
    const sockets = socketDirectory(chat.server.stateDir, chat.id);
    expect(existsSync(sockets)).toBe(true);
    await archive(chat);
    expect((await chat.client.call('DELETE', `${CHATS}/${chat.id}`)).status).toBe(204);
    expect(taggedProcesses(chat.id)).toEqual([]);
    expect((await chat.client.call('GET', `${CHATS}/${chat.id}`)).status).toBe(404);
    expect(existsSync(sockets)).toBe(false);
  });

  test('a long rest ends everything, and the next message starts it again', async () => {
    const chat = await startHere(switches, shortened(prompt), { clock: IMPATIENT });
    await isWaiting(chat);
    await nothingRuns(chat.id);
    expect(await chat.status()).toBe('waiting');
    const again = { content: [{ type: 'text', text: 'hold' }] };
    expect((await chat.client.call('POST', `${CHATS}/${chat.id}/messages`, again)).status).toBe(200);
    expect((await chat.control.agent({ owner: chat.id, nth: 2 })).pid).not.toBe(chat.agentPid);
  });

  test('the end of the server ends everything', async () => {
    const chat = await startHere(switches, prompt);
    await chat.server.close();
    expect(taggedProcesses(chat.id)).toEqual([]);
  });

  test('the death of the agent ends everything', async () => {
    const chat = await startHere(switches, prompt);
    process.kill(chat.agentPid, 'SIGKILL');
    await waitUntil('error', async () => (await chat.status()) === 'error');
    await nothingRuns(chat.id);
  });

  test('a crash of the server ends everything at the next start, which keeps the text', async () => {
    const agents = await control();
    const home = temporaryDirectory();
    toClean.push(home.remove);
    const acp = fakeAgentCommand(agents.switch, ...switches);
    const config = path.join(home.path, 'config.jsonc');
    writeFileSync(config, JSON.stringify({ agents: { fake: { acp, modes: MODES } } }), { mode: 0o600 });
    vi.stubEnv('TASKDECK_CONFIG_DIR', home.path);
    const stateDir = path.join(home.path, 'state');
    toClean.push(() => endDetachedServer(stateDir));
    const first = await startDetachedServer(stateDir);
    const { id } = await startChat(first, agents, prompt);
    process.kill(first.pid, 'SIGKILL');
    await waitUntil('lock free', () => !isStateDirectoryLocked(stateDir));
    const client = new TestClient(await startDetachedServer(stateDir));
    expect(taggedProcesses(id)).toEqual([]);
    expect((await client.call('GET', `${CHATS}/${id}`)).body).toMatchObject({
      status: 'error',
      last_error: { message: 'The turn was cut off when the server ended.' },
    });
    expect((await client.call('GET', `${CHATS}/${id}/messages`)).text).toContain('"busy');
  });
});
