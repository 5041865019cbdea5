import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentRegistry } from '../../src/local/agents/registry.ts';
import { clockFrom, systemClock } from '../../src/platform/clock.ts';
import { startLocalServer, temporaryDirectory, withRetiredCommands } from '../support/local-server.ts';
import { TestClient, waitUntil } from './test-client.ts';

const NAMES = ['claude', 'codex', 'gemini', 'opencode', 'aider'];
const SESSION = '0199a213-81c0-7800-8aa1-bbab2a035a53';

let temporary: ReturnType<typeof temporaryDirectory>;
let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;
let bin: string;
let env: Record<string, string | undefined>;
/** As in an earlier taskdeck, with which users created tasks of all of them. */
let offersRetired: boolean;

beforeEach(async () => {
  temporary = temporaryDirectory();
  bin = path.join(temporary.path, 'bin');
  mkdirSync(bin);
  for (const name of NAMES) install(name, '');
  env = {
    ...process.env,
    SHELL: '/bin/sh',
    PATH: `${bin}:/usr/bin:/bin`,
    CALLS: path.join(temporary.path, 'calls'),
  };
  offersRetired = true;
  const today = agentRegistry({ env, configDir: null, clock: systemClock, onFault: () => {} });
  const earlier = withRetiredCommands(today);
  const commands = () => (offersRetired ? earlier : today).commands();
  server = await startLocalServer({ env, agents: { ...today, commands } });
  client = new TestClient(server);
});
afterEach(async () => {
  await server.close();
  temporary.remove();
});

/** Installs a program that records its arguments and standard input, one call a line, then runs `body`. */
function install(name: string, body: string): void {
  const file = path.join(bin, name);
  const script = [
    '#!/bin/sh',
    `line='${name}'`,
    'for argument in "$@"; do line="$line|$argument"; done',
    'read=$(cat); [ -z "$read" ] || line="$line|<$read"',
    'printf "%s\\n" "$line" >> "$CALLS"',
    body,
  ];
  writeFileSync(file, `${script.join('\n')}\n`);
  chmodSync(file, 0o755);
}

const calls = (): readonly string[] =>
  existsSync(env.CALLS ?? '')
    ? readFileSync(env.CALLS ?? '', 'utf8')
        .trimEnd()
        .split('\n')
    : [];

/** Sends a message and waits until its turn has ended. */
async function turn(task: string, text: string): Promise<void> {
  const before = calls().length;
  expect((await client.send(task, text)).status).toBe(204);
  await waitUntil('called', () => calls().length > before);
  await waitUntil('rest', async () => (await client.get(task)).current_state?.state !== 'working');
}

async function start(agent: string, prompt: string): Promise<string> {
  const task = await client.create(prompt, {}, agent);
  await waitUntil('rest', async () => {
    const { status, current_state: state } = await client.get(task.id);
    return status === 'active' && state !== null && state.state !== 'working';
  });
  return task.id;
}

/** The recorded lines, with the values that change between runs replaced by placeholders. */
const plain = (lines: readonly string[]): readonly string[] =>
  lines.map((line) =>
    line
      .replaceAll(server.stateDir, 'STATE')
      .replaceAll(SESSION, 'OWN')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID'),
  );

describe('built-in agents', () => {
  test('are available if their program is on the PATH, listed after the shell', async () => {
    const templates = (await client.call('GET', '/api/v2/templates')).body as { name: string }[];
    expect(templates.map(({ name }) => name)).toEqual(['shell', ...NAMES]);
    rmSync(path.join(bin, 'gemini'));
    chmodSync(path.join(bin, 'aider'), 0o644);
    await waitUntil('fewer', async () => {
      const fewer = (await client.call('GET', '/api/v2/templates')).body as { name: string }[];
      return fewer.map(({ name }) => name).join() === 'shell,claude,codex,opencode';
    });
  });

  const first = 'fix {session} "it"\nnow';
  test.each([
    [
      'claude',
      [
        `claude|--print|--permission-mode|acceptEdits|--session-id|ID|--|fix {session} "it"`,
        'now',
        'claude|--print|--permission-mode|acceptEdits|--resume|ID|--|go on',
        'claude|--print|--permission-mode|acceptEdits|--resume|ID|--|-and on',
      ],
    ],
    [
      'codex',
      [
        'codex|exec|--skip-git-repo-check|--sandbox|workspace-write|--|fix {session} "it"',
        'now',
        'codex|exec|--skip-git-repo-check|--sandbox|workspace-write|resume|--last|--|go on',
        'codex|exec|--skip-git-repo-check|--sandbox|workspace-write|resume|--last|--|-and on',
      ],
    ],
    [
      'gemini',
      [
        'gemini|--skip-trust|--approval-mode|auto_edit|--prompt=fix {session} "it"',
        'now',
        'gemini|--skip-trust|--approval-mode|auto_edit|--resume|latest|--prompt=go on',
        'gemini|--skip-trust|--approval-mode|auto_edit|--resume|latest|--prompt=-and on',
      ],
    ],
    [
      'opencode',
      [
        'opencode|run|<fix {session} "it"',
        'now',
        'opencode|run|--continue|<go on',
        'opencode|run|--continue|<-and on',
      ],
    ],
    [
      'aider',
      [
        'aider|--yes|--no-pretty|--chat-history-file=STATE/private/ID/aider.chat.history.md|--message=fix {session} "it"',
        'now',
        'aider|--yes|--no-pretty|--chat-history-file=STATE/private/ID/aider.chat.history.md|--restore-chat-history|--message=go on',
        'aider|--yes|--no-pretty|--chat-history-file=STATE/private/ID/aider.chat.history.md|--restore-chat-history|--message=-and on',
      ],
    ],
  ])('%s is started, continued, paused and resumed with its own command lines', async (name, expected) => {
    const id = await start(name, first);
    expect((await client.get(id)).current_state?.state).toBe('idle');
    await turn(id, 'go on');
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    await client.act(id, 'resume');
    await client.until(id, 'active', 'idle');
    await turn(id, '-and on');
    expect(plain(calls())).toEqual(expected);
    await client.call('DELETE', `/api/v2/tasks/me/${id}`);
    await waitUntil('private directory gone', () => !existsSync(path.join(server.stateDir, 'private', id)));
  });

  test('that speak the Agent Client Protocol are no templates, but their tasks continue', async () => {
    const id = await start('claude', 'begin');
    const version = await client.versionOf('claude');
    offersRetired = false;
    const templates = (await client.call('GET', '/api/v2/templates')).body as { name: string }[];
    expect(templates.map(({ name }) => name)).toEqual(['shell', 'aider']);
    const refused = await client.call('POST', '/api/v2/tasks/me', {
      template_version_id: version,
      input: 'new',
    });
    expect(refused.status).toBe(400);
    await turn(id, 'go on');
    expect(await client.get(id)).toMatchObject({ template_name: 'claude', initial_prompt: 'begin' });
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    await client.act(id, 'resume');
    await client.until(id, 'active', 'idle');
    await turn(id, 'and on');
    expect(plain(calls())).toEqual([
      'claude|--print|--permission-mode|acceptEdits|--session-id|ID|--|begin',
      'claude|--print|--permission-mode|acceptEdits|--resume|ID|--|go on',
      'claude|--print|--permission-mode|acceptEdits|--resume|ID|--|and on',
    ]);
  });

  test('claude continues the session that it began', async () => {
    const id = await start('claude', 'begin');
    await turn(id, 'go on');
    const [began, continued] = calls().map((line) => /[0-9a-f-]{36}/.exec(line)?.[0]);
    expect(began).toBeDefined();
    expect(continued).toBe(began);
  });

  test('codex continues the session that it named, also if others exist for the directory', async () => {
    install(
      'codex',
      `printf 'OpenAI Codex\\n--------\\nsession id: ${SESSION}\\n--------\\n' >&2; echo done`,
    );
    const id = await start('codex', 'begin');
    await turn(id, 'go on');
    expect(plain(calls())[1]).toBe(
      'codex|exec|--skip-git-repo-check|--sandbox|workspace-write|resume|OWN|--|go on',
    );
  });

  test('that failed in their first turn continue, and begin a new session if they cannot', async () => {
    install('claude', 'echo "not signed in"; exit 1');
    const id = await start('claude', 'begin');
    expect((await client.get(id)).current_state).toMatchObject({
      state: 'failure',
      message: 'not signed in',
    });
    await turn(id, 'again');
    install('claude', 'echo fine');
    await turn(id, 'once more');
    await turn(id, 'go on');
    const words = calls().map((line) => /--(session-id|resume)/.exec(line)?.[1]);
    expect(words).toEqual(['session-id', 'resume', 'session-id', 'resume']);
    const ids = calls().map((line) => /[0-9a-f-]{36}/.exec(line)?.[0]);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]); // Agents refuse a used id.
    expect(ids[3]).toBe(ids[2]);
  });

  test('that were paused in their first turn continue', async () => {
    install('claude', 'echo thinking; exec sleep 300');
    const task = await client.create('begin', {}, 'claude');
    await waitUntil('output', async () => (await client.lastContent(task.id)) === 'thinking\n');
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    install('claude', 'echo fine');
    await client.act(task.id, 'resume');
    await client.until(task.id, 'active', 'idle');
    expect(calls()).toHaveLength(1);
    await turn(task.id, 'go on');
    expect(calls()[1]).toContain('--resume');
  });

  test('that are no longer available: the task says so', async () => {
    const id = await start('claude', 'begin');
    rmSync(path.join(bin, 'claude'));
    await waitUntil('noticed', async () => {
      return !((await client.call('GET', '/api/v2/templates')).body as { name: string }[]).some(
        ({ name }) => name === 'claude',
      );
    });
    const refused = await client.send(id, 'go on');
    expect(refused.status).toBe(502);
    expect(refused.body).toMatchObject({
      detail: expect.stringContaining('"claude" is no longer available'),
    });
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    await client.act(id, 'resume');
    const failed = await client.until(id, 'error');
    expect(failed.template_name).toBe('claude');
    const workspace = (await client.call('GET', `/api/v2/workspaces/${failed.workspace_id}`)).body;
    expect(workspace).toMatchObject({
      latest_build: { job: { status: 'failed', error: expect.any(String) } },
    });
    const { id: build } = (workspace as { latest_build: { id: string } }).latest_build;
    const logs = (await client.call('GET', `/api/v2/workspacebuilds/${build}/logs`)).body as object[];
    expect(logs.at(-1)).toMatchObject({ log_level: 'error', output: expect.stringContaining('"claude"') });
    const rest = await client.call(
      'GET',
      `/api/v2/workspacebuilds/${build}/logs?after=${Reflect.get(logs.at(-1) ?? {}, 'id')}`,
    );
    expect(rest.body).toEqual([]);
  });
});

describe('a requested directory', () => {
  test('is the command’s working directory, and stays after the task is deleted', async () => {
    const directory = path.join(temporary.path, 'project');
    mkdirSync(directory);
    const task = await client.create('pwd; echo "$PWD"; echo kept > file', { directory });
    await client.until(task.id, 'active', 'complete');
    expect(await client.lastContent(task.id)).toBe(`${directory}\n${directory}\n`);
    await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    await waitUntil('gone', async () => {
      return (await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`)).status === 410;
    });
    expect(readFileSync(path.join(directory, 'file'), 'utf8')).toBe('kept\n');
  });

  test('that is missing: the next message and resume fail and say what to do', async () => {
    const directory = path.join(temporary.path, 'project');
    mkdirSync(directory);
    const task = await client.create('true', { directory });
    await client.until(task.id, 'active', 'complete');
    const before = await client.logs(task.id);
    rmSync(directory, { recursive: true });
    const refusal = {
      message: 'Unable to use the working directory.',
      detail: `The directory ${directory} is missing. Create it again, then send or resume; or delete the task.`,
    };
    const sent = await client.send(task.id, 'pwd');
    expect([sent.status, sent.body]).toEqual([400, refusal]);
    expect(await client.logs(task.id)).toEqual(before);
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    const resumed = await client.act(task.id, 'resume');
    expect([resumed.status, resumed.body]).toEqual([400, refusal]);
    const builds = `/api/v2/workspaces/${task.workspace_id}/builds`;
    expect((await client.call('POST', builds, { transition: 'start' })).body).toEqual(refusal);

    mkdirSync(directory);
    await client.act(task.id, 'resume');
    await client.until(task.id, 'active', 'idle');
    expect((await client.send(task.id, 'pwd')).status).toBe(204);
    await waitUntil('answer', async () => (await client.lastContent(task.id)) === `${directory}\n`);
  });

  test('that disappears during a command: the task can be paused and deleted', async () => {
    const directory = path.join(temporary.path, 'project');
    mkdirSync(directory);
    const task = await client.create('echo up; exec sleep 300', { directory });
    await waitUntil('up', async () => (await client.lastContent(task.id)) === 'up\n');
    rmSync(directory, { recursive: true });
    await client.act(task.id, 'pause');
    await client.until(task.id, 'paused');
    await client.call('DELETE', `/api/v2/tasks/me/${task.id}`);
    await waitUntil('gone', async () => {
      return (await client.call('GET', `/api/v2/workspaces/${task.workspace_id}`)).status === 410;
    });
  });
});

describe('configured agents', () => {
  test('are read from the config file, again when it changes, and stay while it is invalid', () => {
    const file = path.join(temporary.path, 'config.jsonc');
    const faults: string[] = [];
    let now = 0;
    const time = (): number => now;
    const clock = clockFrom({ wall: time, monotonic: time, timer: () => () => undefined });
    const offered = agentRegistry({
      env,
      configDir: temporary.path,
      clock,
      onFault: (fault) => faults.push(fault),
    });
    const names = (): readonly string[] => {
      now += 10_000;
      return offered.commands().map(({ name }) => name);
    };
    expect(names()).toEqual(['shell', ...NAMES]);
    writeFileSync(file, '{"agents": {"mine": {"start": ["mine", "{prompt}"]}}}');
    expect(names()).toEqual(['shell', ...NAMES, 'mine']);
    writeFileSync(file, '{"agents": {"mine": {"start": "mine"}}} ');
    expect(names()).toEqual(['shell', ...NAMES, 'mine']);
    expect(faults).toEqual([expect.stringContaining(`${file}:1:22: agents.mine.start`)]);
    writeFileSync(file, '{"agents": {"claude": {"start": ["my-claude", "{prompt}"]}}}  ');
    expect(names()).toEqual(['shell', 'codex', 'gemini', 'opencode', 'aider', 'claude']);
  });
});
