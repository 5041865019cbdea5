import { describe, expect, it } from 'vitest';
import type { BackendError } from '../../src/domain/errors.ts';
import { getFromAnySource, listAllSources, mergeNewestFirst, sourceOf } from '../../src/domain/sources.ts';
import type { Task } from '../../src/domain/task.ts';
import { memorySource, notOffered, unreachable } from '../support/memory-source.ts';
import { makeChat, makeTask, NOON } from './builders.ts';

const never = new AbortController().signal;
const at = (id: string, minutes: number): Task => makeTask({ id, createdAt: NOON + minutes });

function twoSources() {
  const tasks = memorySource('tasks', [makeTask({ id: 't1', createdAt: NOON })]);
  const chats = memorySource('chats', [makeChat({ id: 'c1', createdAt: NOON + 1 })]);
  return { tasks, chats, backend: { sources: [tasks, chats] as const } };
}

const errorOf = (call: Promise<unknown>): Promise<BackendError> =>
  call.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: BackendError) => error,
  );

describe('mergeNewestFirst', () => {
  it.each([
    [[at('a', 3), at('b', 1)], [at('c', 2)], ['a', 'c', 'b']],
    [[at('a', 1)], [at('b', 3), at('c', 2)], ['b', 'c', 'a']],
    // The server knows its order best.
    [[at('a', 1), at('b', 2)], [at('c', 0)], ['a', 'b', 'c']],
    [[], [at('c', 2)], ['c']],
  ])('%#', (one, other, merged) => {
    expect(mergeNewestFirst(one, other).map(({ id }) => id)).toEqual(merged);
  });

  it('returns the same list when the other is empty', () => {
    const list = [at('a', 1)];
    expect(mergeNewestFirst(list, [])).toBe(list);
  });
});

describe('listAllSources', () => {
  it('merges the lists', async () => {
    const { tasks, failures } = await listAllSources(twoSources().backend, { owner: 'me' }, never);
    expect(tasks.map(({ id }) => id)).toEqual(['c1', 't1']);
    expect(failures.size).toBe(0);
  });

  it('names a source that fails', async () => {
    const { backend, chats } = twoSources();
    chats.error = unreachable();
    const { tasks, failures } = await listAllSources(backend, { owner: 'me' }, never);
    expect(tasks.map(({ id }) => id)).toEqual(['t1']);
    expect(failures.get('chats')).toMatchObject({
      kind: 'unreachable',
      message: 'Cannot list chats: No route to the chats.',
    });
  });

  it('ignores a source that the server does not have', async () => {
    const { backend, tasks } = twoSources();
    tasks.error = notOffered();
    const { failures } = await listAllSources(backend, { owner: 'me' }, never);
    expect(failures.size).toBe(0);
  });

  it.each([
    ['the first one', unreachable('No.'), unreachable(), 'No.'],
    ['the one that the server has', notOffered(), unreachable(), 'No route to the chats.'],
    ['that the server has neither', notOffered(), notOffered(), 'This server has no Tasks.'],
  ])('rejects with the error of %s when all fail', async (_, tasksError, chatsError, message) => {
    const { backend, tasks, chats } = twoSources();
    tasks.error = tasksError;
    chats.error = chatsError;
    expect((await errorOf(listAllSources(backend, { owner: 'me' }, never))).message).toBe(message);
  });

  it('asks each source its own query', async () => {
    const { backend, tasks, chats } = twoSources();
    const asked: unknown[] = [];
    for (const source of [tasks, chats]) {
      const { list } = source;
      source.list = (query, signal) => {
        asked.push(query);
        return list(query, signal);
      };
    }
    await listAllSources(backend, ({ id }) => ({ owner: id }), never);
    expect(asked).toEqual([{ owner: 'tasks' }, { owner: 'chats' }]);
  });
});

describe('getFromAnySource', () => {
  const get = (backend: ReturnType<typeof twoSources>['backend'], id: string): Promise<Task> =>
    getFromAnySource(backend, { id, ownerName: 'me' }, never);

  it('finds a task in the second source', async () => {
    expect(await get(twoSources().backend, 'c1')).toMatchObject({ id: 'c1', source: 'chats' });
  });

  it.each([
    ['neither has it', null, null, 'not-found'],
    ['one cannot tell', null, unreachable(), 'unreachable'],
    ['the server has only the other source, which lacks it', notOffered(), null, 'not-found'],
    ['the server has neither', notOffered(), notOffered(), 'no-tasks'],
  ])('fails when %s', async (_, tasksError, chatsError, kind) => {
    const { backend, tasks, chats } = twoSources();
    tasks.error = tasksError;
    chats.error = chatsError;
    expect(await errorOf(get(backend, 'x'))).toMatchObject({ kind });
  });
});

it('sourceOf finds the source of a task, and the first one for a source that the deployment lacks', () => {
  const { backend, tasks, chats } = twoSources();
  expect(sourceOf(backend, { source: 'chats' })).toBe(chats);
  expect(sourceOf(backend, { source: 'agents' })).toBe(tasks);
});
