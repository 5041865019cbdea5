import { describe, expect, it, test } from 'vitest';
import { UsageError } from '../../src/domain/errors.ts';
import type { Task } from '../../src/domain/task.ts';
import { createTaskFinder } from '../../src/script/find-task.ts';
import { parseTaskArgument } from '../../src/script/task-argument.ts';
import { type ChatFields, makeChat, makeTask } from '../domain/builders.ts';
import { memorySource, notOffered, unreachable } from '../support/memory-source.ts';

const AUTH = '6f0c1c1e-6f1b-4a38-9a55-0b6c7b3b6a01';
const DOCS = '7a1d2c3b-6f1b-4a38-9a55-0b6c7b3b6a02';
const never = new AbortController().signal;

const chat = (id: string, about: ChatFields = {}): Task => makeChat({ id, name: id.slice(0, 8), ...about });

/** A deployment with Tasks, which are found by name, and chats, which are only found by id. */
function deployment(tasks: readonly Task[], chats: readonly Task[]) {
  const [taskSource, chatSource] = [memorySource('tasks', tasks), memorySource('chats', chats)];
  taskSource.get = async ({ id, ownerName }) => {
    if (taskSource.error !== null) throw taskSource.error;
    const found = tasks.find(
      (task) => task.id === id || (task.name === id && (ownerName === 'me' || ownerName === task.ownerName)),
    );
    if (found === undefined) return memorySource('tasks', []).get({ id, ownerName }, never);
    return found;
  };
  let lists = 0;
  chatSource.list = async ({ archived = false }) => {
    lists += 1;
    if (chatSource.error !== null) throw chatSource.error;
    return chats.filter(({ facts }) => facts.kind === 'chat' && facts.archived === archived);
  };
  const finder = createTaskFinder({ backend: { sources: [taskSource, chatSource] } as never });
  return {
    tasks: taskSource,
    chats: chatSource,
    get lists() {
      return lists;
    },
    find: async (name: string) => (await finder.find(parseTaskArgument(name), never)).id,
  };
}

const errorOf = (call: Promise<unknown>): Promise<Error & { readonly kind?: string }> =>
  call.then(
    (value) => Promise.reject(new Error(`It found ${value}.`)),
    (error) => error,
  );

describe('a name', () => {
  const on = () =>
    deployment(
      [
        makeTask({ id: 't1', name: 'fix', displayName: 'Fix the login' }),
        makeTask({ id: 't2', name: 'deadbeef' }),
      ],
      [
        chat(AUTH, { displayName: 'Fix the auth tests' }),
        chat(DOCS, { displayName: 'Docs: part 1/2/3', ownerName: 'bob' }),
        chat('0badcafe-0000-4000-8000-000000000001', { displayName: 'Old one', archived: true }),
      ],
    );

  it.each([
    ['a UUID', AUTH, AUTH],
    ['a UUID of another owner', `bob/${DOCS}`, DOCS],
    ['the name of a Task', 'fix', 't1'],
    ['an owner and a name', 'ada/fix', 't1'],
    ['hex digits that are the name of a Task', 'deadbeef', 't2'],
    ['the name of a chat', '6f0c1c1e', AUTH],
    ['an owner and the name of a chat', 'BOB/7a1d2c3b', DOCS],
    ['more of an id', '6f0c1c1e-6f1b-4a', AUTH],
    ['more of an id without hyphens', '6F0C1C1E6F1B4A', AUTH],
    ['the title of a Task', 'Fix the login', 't1'],
    ['the title of a chat', ' Fix the auth tests ', AUTH],
    ['a title with slashes', 'Docs: part 1/2/3', DOCS],
    ['the name of an archived chat', '0badcafe', '0badcafe-0000-4000-8000-000000000001'],
    ['the title of an archived chat', 'Old one', '0badcafe-0000-4000-8000-000000000001'],
  ])('can be %s', async (_, name, id) => {
    expect(await on().find(name)).toBe(id);
  });

  it.each(['fi', '6f0c1c1', 'ada/7a1d2c3b', 'fix the login', 'Fix the'])('%j is none', async (name) => {
    expect(await errorOf(on().find(name))).toMatchObject({ kind: 'not-found' });
  });

  it('of a Task needs no list of chats', async () => {
    const server = on();
    await server.find('fix');
    expect(server.lists).toBe(0);
  });

  it('lists once for all names of a command', async () => {
    const server = on();
    await Promise.all(['6f0c1c1e', 'Fix the auth tests', '7a1d2c3b'].map(server.find));
    expect(server.lists).toBe(1);
  });
});

describe('a name of several', () => {
  const twin = `${AUTH.slice(0, 8)}-0000-4000-8000-000000000009`;
  const on = () =>
    deployment(
      [
        makeTask({ id: 't1', name: '7a1d2c3b', displayName: 'Docs' }),
        makeTask({ id: 't2', displayName: 'Same' }),
      ],
      [
        chat(AUTH, { displayName: 'Same\u001b[31m' }),
        chat(twin, { displayName: 'Other' }),
        chat(DOCS, { displayName: 'Same' }),
      ],
    );

  test.each([
    ['two chats', '6f0c1c1e', [AUTH, twin]],
    ['a Task and a chat', '7a1d2c3b', ['t1', DOCS]],
    ['titles of both kinds', 'Same', ['t2', AUTH, DOCS]],
  ])('is wrong usage, with the candidates: %s', async (_, name, ids) => {
    const error = await errorOf(on().find(name));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(/^"[^"]+" matches several tasks\. Use an id: /u);
    for (const id of ids) expect(error.message).toContain(id);
    expect(error.message).not.toContain('\u001b');
  });

  test('more digits tell chats apart', async () => {
    expect(await on().find('6f0c1c1e-6')).toBe(AUTH);
    expect(await on().find('6f0c1c1e-0')).toBe(twin);
  });
});

describe('a source that fails', () => {
  const on = () => deployment([makeTask({ id: 't1', name: 'fix' })], [chat(AUTH, { displayName: 'Talk' })]);

  test('does not hide what the other one has', async () => {
    const withoutTasks = on();
    withoutTasks.tasks.error = unreachable();
    expect(await withoutTasks.find('6f0c1c1e')).toBe(AUTH);
    const withoutChats = on();
    withoutChats.chats.error = unreachable();
    expect(await withoutChats.find('fix')).toBe('t1');
  });

  test.each([
    ['one cannot tell', null, unreachable(), 'unreachable'],
    ['the server has only the other source, which lacks it', notOffered(), null, 'not-found'],
    ['the server has neither', notOffered(), notOffered(), 'no-tasks'],
  ])('decides about the error when %s', async (_, tasksError, chatsError, kind) => {
    for (const name of ['unknown', '12345678', 'No such title']) {
      const server = on();
      server.tasks.error = tasksError;
      server.chats.error = chatsError;
      expect(await errorOf(server.find(name))).toMatchObject({ kind });
    }
  });
});
