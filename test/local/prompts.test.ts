import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { agentRegistry } from '../../src/local/agents/registry.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { startLocalServer, temporaryDirectory, withRetiredCommands } from '../support/local-server.ts';
import { TestClient, waitUntil } from './test-client.ts';

/** Programs that print their arguments, their standard input, and the file that an argument names. */
const PROGRAM = [
  '#!/bin/sh',
  'for argument in "$@"; do printf "[%s]" "$argument" | cut -c1-40; done',
  'for argument in "$@"; do',
  '  case $argument in',
  '    --message-file=*) cat "$(echo "$argument" | cut -d= -f2)";;',
  '    /*/prompt) cat "$argument";;',
  '  esac',
  'done',
  'cat',
].join('\n');
const NAMES = ['claude', 'codex', 'gemini', 'opencode', 'aider', 'by-argument', 'by-file'];

let temporary: ReturnType<typeof temporaryDirectory>;
let server: Awaited<ReturnType<typeof startLocalServer>>;
let client: TestClient;

beforeAll(async () => {
  temporary = temporaryDirectory();
  const bin = path.join(temporary.path, 'bin');
  mkdirSync(bin);
  for (const name of NAMES) {
    writeFileSync(path.join(bin, name), PROGRAM);
    chmodSync(path.join(bin, name), 0o755);
  }
  const agents = {
    'by-argument': { start: ['by-argument', '{prompt}'] },
    'by-file': { start: ['by-file', '{prompt_file}'] },
    'after-dashes': { start: ['by-argument', '--', '{prompt}'] },
    gone: { start: ['gone', '{prompt}'] },
    plain: { start: ['plain', '{prompt}'] },
    torn: { start: ['torn', '{prompt}'] },
  };
  writeFileSync(path.join(temporary.path, 'config.jsonc'), JSON.stringify({ agents }));
  const env = { ...process.env, SHELL: '/bin/sh', PATH: `${bin}:/usr/bin:/bin` };
  const onFault = (sentence: string): void => expect.fail(sentence);
  server = await startLocalServer({
    env,
    agents: withRetiredCommands(
      agentRegistry({ env, configDir: temporary.path, clock: systemClock, onFault }),
    ),
  });
  client = new TestClient(server);
});
afterAll(async () => {
  await server.close();
  temporary.remove();
});

/** The output of a task's last turn. */
async function output(id: string): Promise<string> {
  await waitUntil('rest', async () => {
    const { status, current_state: state } = await client.get(id);
    return status === 'active' && state !== null && state.state !== 'working';
  });
  return client.lastContent(id);
}

const LONG = `-begin\n${'x'.repeat(200_000)}\nend`;

describe('a prompt that is too long for an argument', () => {
  it.each([
    ['claude', /^\[--print]/],
    ['codex', /\[-]\n-begin/],
    ['gemini', /\[auto_edit]\n(?:\[--resume]\n\[latest]\n)?-begin/],
    ['opencode', /^\[run]/],
    ['aider', /\[--message-file=/],
    ['by-file', /^\[\//],
  ])('reaches %s complete, in the first and in later turns', async (name, words) => {
    const { id } = await client.create(LONG, {}, name);
    for (const round of ['first', 'second']) {
      const received = await output(id);
      expect(received).toMatch(words);
      expect(received.endsWith(LONG)).toBe(true);
      expect(received.split(LONG)).toHaveLength(2);
      if (round === 'first') expect((await client.send(id, LONG)).status).toBe(204);
    }
  });

  test('is run by the shell', async () => {
    const { id } = await client.create(`: ${'x'.repeat(200_000)}\necho "ran to the end"; cat`);
    expect(await output(id)).toBe('ran to the end\n');
  });

  test('is refused if the command needs it as an argument; the error says what to do', async () => {
    const before = (await client.list()).tasks?.length;
    const version = await client.versionOf('by-argument');
    const refusal = {
      message: 'Unable to use the prompt.',
      detail: expect.stringMatching(
        /^The prompt is 196 KiB long, .*use \{prompt_file\} instead of \{prompt\} for "by-argument"/,
      ),
    };
    const created = await client.call('POST', '/api/v2/tasks/me', {
      template_version_id: version,
      input: LONG,
    });
    expect([created.status, created.body]).toEqual([400, refusal]);
    expect((await client.list()).tasks).toHaveLength(before ?? 0);

    const { id } = await client.create('short', {}, 'by-argument');
    await output(id);
    const messages = await client.logs(id);
    const sent = await client.send(id, LONG);
    expect([sent.status, sent.body]).toEqual([400, refusal]);
    expect(await client.logs(id)).toEqual(messages);
  });

  test('of more than 1 MiB is refused', async () => {
    const input = 'x'.repeat(1_100_000);
    const version = await client.versionOf('shell');
    const refused = await client.call('POST', '/api/v2/tasks/me', { template_version_id: version, input });
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining('1075 KiB') } });
  });
});

describe('a prompt that begins with a dash', () => {
  it.each([
    ['by-argument', '[ --version]\n'],
    ['after-dashes', '[--]\n[--version]\n'],
  ])('is not an option of the configured command %s', async (name, received) => {
    expect(await output((await client.create('--version', {}, name)).id)).toBe(received);
  });
});

describe('characters that no argument can contain', () => {
  test('NUL is refused in every request with a prompt', async () => {
    const { id } = await client.create('echo up');
    await output(id);
    const version = await client.versionOf('shell');
    const create = { template_version_id: version, input: 'echo a\0b' };
    const refused = [
      await client.call('POST', '/api/v2/tasks/me', create),
      await client.send(id, 'echo a\0b'),
    ];
    await client.act(id, 'pause');
    await client.until(id, 'paused');
    refused.push(await client.call('PATCH', `/api/v2/tasks/me/${id}/input`, { input: 'echo a\0b' }));
    for (const { status, body } of refused) {
      expect([status, body]).toEqual([
        400,
        {
          message: 'Unable to use the prompt.',
          detail: 'The prompt contains a NUL character. Remove it.',
        },
      ]);
    }
  });

  test('a byte order mark at the beginning is removed', async () => {
    const { id } = await client.create('\uFEFFecho one');
    expect(await output(id)).toBe('one\n');
    expect((await client.get(id)).initial_prompt).toBe('echo one');
    await client.send(id, '\uFEFFecho two');
    expect(await output(id)).toBe('two\n');
  });
});

test('a prompt is in no file that others can read', async () => {
  const { id } = await client.create('echo private');
  await output(id);
  const file = path.join(server.stateDir, 'private', id, 'prompt');
  expect(readFileSync(file, 'utf8')).toBe('echo private');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

describe('a program that cannot be started: the task says why:', () => {
  it.each([
    ['is not there', 'gone', null, /^Cannot find gone\. Install it, or correct PATH/],
    [
      'is not executable',
      'plain',
      { text: '#!/bin/sh\n', mode: 0o644 },
      /^Cannot run plain: it is not executable\. /,
    ],
    [
      'has no interpreter',
      'torn',
      { text: '#!/nowhere/at/all\n', mode: 0o755 },
      /^Cannot run torn: the interpreter in its first line does not exist\.$/,
    ],
  ])('it %s', async (_, name, file, sentence) => {
    if (file !== null) {
      writeFileSync(path.join(temporary.path, 'bin', name), file.text);
      chmodSync(path.join(temporary.path, 'bin', name), file.mode);
    }
    const { id } = await client.create('hello', {}, name);
    const failed = await client.until(id, 'active', 'failure');
    expect(failed.current_state?.message).toMatch(sentence);
    expect(await client.lastContent(id)).toBe(`[not started: ${failed.current_state?.message}]`);
  });
});
