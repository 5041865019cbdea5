import { expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import type { AgentBackend } from '../../src/domain/ports/backend.ts';
import { makeChat, makeTask, NOON, withFields } from '../domain/builders.ts';
import { memorySource, unreachable } from '../support/memory-source.ts';
import { run } from './script-fixture.ts';

const CHAT = 'c1c1c1c1-0000-4000-8000-000000000001';

/** A deployment with Tasks and chats; it answers nothing else. */
function twoSources() {
  const tasks = memorySource('tasks', [makeTask({ id: 't1', name: 'fix', createdAt: NOON })]);
  const chats = memorySource('chats', [makeChat({ id: CHAT, name: 'c1c1c1c1', createdAt: NOON + 1 })]);
  const backend: AgentBackend = {
    ...createCoderBackend({ url: 'http://127.0.0.1:1', token: 'test-token' }),
    sources: [tasks, chats],
  };
  return { tasks, chats, backend };
}

test('list prints the tasks of all sources', async () => {
  const { code, out, err } = await run(twoSources().backend, ['list', '--quiet']);
  expect([code, out.split('\n').filter(Boolean).sort(), err]).toEqual([0, ['c1c1c1c1', 'fix'], '']);
});

test('list prints the tasks of the other sources when one fails, and says which', async () => {
  const { backend, chats } = twoSources();
  chats.error = unreachable();
  expect(await run(backend, ['list', '--quiet'])).toEqual({
    code: 5,
    out: 'fix\n',
    err: 'taskdeck: Cannot list chats: No route to the chats.\n',
  });
  const { out, err } = await run(backend, ['list', '--json']);
  expect(JSON.parse(out)).toMatchObject([{ name: 'fix' }]);
  expect(JSON.parse(err)).toMatchObject({ error: { kind: 'unreachable' } });
});

test.each([
  ['logs', ['logs', CHAT], `transcript ${CHAT}`],
  ['send', ['send', CHAT, 'go'], `send ${CHAT}`],
  ['wait', ['wait', CHAT], `get ${CHAT}`],
])('%s finds a task in the second source, and stays there', async (_, words, call) => {
  const { backend, tasks, chats } = twoSources();
  const { code, err } = await run(backend, words);
  expect([code, err]).toEqual([0, '']);
  expect(chats.calls).toContain(call);
  expect(tasks.calls).toEqual([`get ${CHAT}`]);
});

test('watch does not take a failing source for deleted tasks, and says which one fails', async () => {
  const { backend, tasks, chats } = twoSources();
  const stop = new AbortController();
  const names = (out: string): readonly string[] =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ name, phase }) => `${name} ${phase}`);
  let lists = 0;
  const { list } = tasks;
  tasks.list = (...args) => {
    lists++;
    if (lists === 2) chats.error = unreachable();
    if (lists === 3) tasks.tasks = [];
    return list(...args);
  };
  const { out, err } = await run(backend, ['watch', '--json'], {
    signal: stop.signal,
    onOut: (all) => {
      if (all.includes('"deleted"')) stop.abort();
    },
  });
  expect([...names(out)].sort()).toEqual(['c1c1c1c1 complete', 'fix deleted', 'fix idle']);
  expect(err).toBe('taskdeck: Cannot list chats: No route to the chats. Retrying.\n');
});

test('watch asks for a chat that its list lacks: pages shift while they are read', async () => {
  const { backend, tasks, chats } = twoSources();
  const stop = new AbortController();
  let lists = 0;
  chats.list = async () => {
    lists++;
    // Missing from the second list, and archived before the third.
    if (lists === 3) chats.tasks = chats.tasks.map((chat) => withFields(chat, { archived: true }));
    return lists === 1 ? chats.tasks : [];
  };
  const { out } = await run(backend, ['watch', '--json'], {
    signal: stop.signal,
    onOut: (all) => {
      if (all.includes('"archived"')) stop.abort();
    },
  });
  const changes = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'chat');
  expect(changes.map(({ phase, needs_you }) => [phase, needs_you])).toEqual([
    ['complete', false],
    ['archived', false],
  ]);
  expect(lists).toBe(3);
  expect(chats.calls).toEqual([`get ${CHAT}`, `get ${CHAT}`]);
  expect(tasks.calls).toEqual([]);
});
