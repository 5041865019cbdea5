import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { doctor } from '../../src/script/doctor.ts';
import { makeChat, makeWorktree } from '../domain/builders.ts';
import { type CoderServer, json, startCoderServer } from '../support/coder-server.ts';
import { memorySource, unreachable } from '../support/memory-source.ts';
import { scriptFixture } from './script-fixture.ts';

const found: readonly Diagnostic[] = [
  { topic: 'files', name: 'config directory', value: '/home/ada/.config/taskdeck', ok: null },
  { topic: 'deployment', name: 'used', value: 'this machine\u001b[31m', ok: true },
];

async function examine(backend: AgentBackend | null, json: boolean, diagnostics = found) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdin: new PassThrough(), stdout, stderr, isTTY: { stdin: false, stdout: false } };
  const signal = new AbortController().signal;
  const code = await doctor({ backend, clock: systemClock, io, signal }, { diagnostics, json });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

test('prints version, user and tasks of a server that works', async () => {
  const on = await scriptFixture();
  await on.start('true');
  const { code, out, err } = await examine(on.backend, false);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^files\n {5}config directory {2}\/home\/ada\/\.config\/taskdeck\n\ndeployment\n {2}ok used {14}this machine\n\nserver\n {2}ok version {11}v2\./,
  );
  expect(out).toMatch(/\n {2}ok tasks {13}1 of yours, at \/api\/v2\/tasks\n {2}ok templates {9}shell/);
  expect(out).not.toContain(on.server.token);
  const facts = JSON.parse((await examine(on.backend, true)).out);
  expect(facts.slice(0, 2)).toEqual(found);
  expect(facts.slice(2).map(({ name, ok }: Diagnostic) => [name, ok])).toEqual([
    ['version', true],
    ['signed in as', true],
    ['tasks', true],
    ['templates', true],
  ]);
  await on.close();
});

test('reports each failed check, and exits with the highest code', async () => {
  const coder = await startCoderServer();
  const { code, out } = await examine(createCoderBackend({ url: coder.url, token: 'secret-token' }), false);
  expect(code).toBe(6);
  expect(out).toMatch(/\n {2}!! tasks {13}This server has no Tasks\./);
  expect(out).not.toContain('secret-token');
  await coder.close();
});

test('prints the other checks without a server, and a failed one sets the exit code', async () => {
  expect(await examine(null, false)).toMatchObject({ code: 0, out: expect.not.stringContaining('server') });
  const fault = { topic: 'deployment', name: 'used', value: 'There is no token.', ok: false };
  expect(await examine(null, false, [fault])).toEqual({
    code: 1,
    out: 'deployment\n  !! used  There is no token.\n',
    err: '',
  });
  const dull = { topic: 'terminal', name: 'focus-events', value: 'off', ok: false };
  expect(await examine(null, false, [dull])).toMatchObject({
    code: 0,
    out: 'terminal\n  !! focus-events  off\n',
  });
});

test('lists worktrees that no chat uses, and they are no fault', async () => {
  const on = await scriptFixture();
  const left = { ...makeWorktree({ path: '/w/a', dirty: 1 }), chatId: null, isArchived: false, reasons: [] };
  const chats = {
    ...memorySource('chats', []),
    capabilities: { directories: true },
    worktrees: async () => [left],
  };
  const { code, out } = await examine({ ...on.backend, sources: [on.backend.sources[0], chats] }, false);
  expect(code).toBe(0);
  expect(out).toContain(
    '\nworktrees\n     taskdeck/fix-login-77aa  /w/a: its chat is deleted; 1 modified, 1 commit ahead of main\n',
  );
  expect(out).toContain('git -C /home/ada/auth worktree remove /w/a\n');
  await on.close();
});

test('checks each source', async () => {
  const on = await scriptFixture();
  const chats = memorySource('chats', [makeChat()]);
  chats.error = unreachable();
  const { code, out } = await examine({ ...on.backend, sources: [on.backend.sources[0], chats] }, false);
  expect(out).toMatch(
    /\n {2}ok tasks {13}0 of yours, at \/api\/v2\/tasks\n {2}!! chats {13}No route to the chats\.\n/,
  );
  expect(code).toBe(5);
  await on.close();
});

describe('the sources of a deployment', () => {
  const userAndVersion = (coder: CoderServer): void => {
    coder.on('GET', '/api/v2/buildinfo', json(200, { version: 'v2.37.1', dashboard_url: '' }));
    coder.on('GET', '/api/v2/users/me', json(200, { id: 'u', username: 'ada', name: 'Ada' }));
    coder.on('GET', '/api/v2/templates', json(200, []));
  };
  const tasks = (coder: CoderServer): void =>
    coder.on('GET', '/api/v2/tasks', json(200, { tasks: [], count: 0 }));
  const chats = (coder: CoderServer): void => coder.on('GET', '/api/experimental/chats', json(200, []));

  test.each<[string, ((coder: CoderServer) => void)[], number, RegExp[]]>([
    [
      'both',
      [tasks, chats],
      0,
      [/ok tasks +0 of yours, at \/api\/v2\/tasks/, /ok chats +0 of yours, at \/api\/experimental\/chats/],
    ],
    [
      'Tasks alone',
      [tasks],
      0,
      [/ok tasks +0 of yours/, /\n {5}chats +none: This server runs Coder 2\.37, but/],
    ],
    [
      'Chats alone',
      [chats],
      0,
      [/\n {5}tasks +none: This server runs Coder 2\.37, where/, /ok chats +0 of yours/],
    ],
    ['neither', [], 6, [/!! tasks +This server runs/, /!! chats +This server runs/]],
  ])('are reported: %s', async (_, parts, exitCode, lines) => {
    const coder = await startCoderServer();
    userAndVersion(coder);
    for (const part of parts) part(coder);
    const { code, out } = await examine(createCoderBackend({ url: coder.url, token: 'token' }), false);
    expect(code).toBe(exitCode);
    for (const line of lines) expect(out).toMatch(line);
    await coder.close();
  });
});
