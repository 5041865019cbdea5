import { describe, expect, it } from 'vitest';
import { askingOnce } from '../../src/api/discovery.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { makeChat, makeTask } from '../domain/builders.ts';
import { manualClock } from '../support/manual-clock.ts';
import { memorySource, notOffered, unreachable } from '../support/memory-source.ts';
import { errorOf, neverAborted } from './api-fixture.ts';

/** Two sources of one server, with the number of lists that reached it. */
function twoSources() {
  const clock = manualClock();
  const tasks = memorySource('tasks', [makeTask()]);
  const chats = memorySource('chats', [makeChat()]);
  const counts = { tasks: 0, chats: 0 };
  const counted = (source: typeof tasks, id: 'tasks' | 'chats') => ({
    ...source,
    list: (...args: Parameters<typeof source.list>) => {
      counts[id]++;
      return source.list(...args);
    },
  });
  const [tasksSource, chatsSource] = askingOnce(
    [counted(tasks, 'tasks'), counted(chats, 'chats')] as const,
    clock,
  );
  const list = (source: typeof tasksSource) => source.list({ owner: 'me' }, neverAborted());
  return {
    clock,
    tasks,
    chats,
    counts,
    listTasks: () => list(tasksSource),
    listChats: () => list(chatsSource),
  };
}

describe('a source that the server does not have', () => {
  it('is asked for once while another answers', async () => {
    const { tasks, counts, listTasks, listChats } = twoSources();
    tasks.error = notOffered();
    await listChats();
    for (let round = 0; round < 3; round++) {
      expect(await errorOf(listTasks())).toBe(tasks.error);
      expect(await listChats()).toHaveLength(1);
    }
    expect(counts).toEqual({ tasks: 1, chats: 4 });
  });

  it('is not watched', async () => {
    const clock = manualClock();
    const tasks = memorySource('tasks', [makeTask()]);
    let watched = 0;
    const chats: Source = {
      ...memorySource('chats', []),
      list: () => Promise.reject(notOffered()),
      watch: async () => void watched++,
    };
    const list = { owner: 'me' };
    const [tasksSource, chatsSource] = askingOnce([tasks, chats] as const, clock);
    await tasksSource.list(list, neverAborted());
    const watch = () => chatsSource.watch?.(() => undefined, neverAborted()) ?? Promise.resolve();
    await watch();
    expect(watched).toBe(1);
    await errorOf(chatsSource.list(list, neverAborted()));
    expect(await errorOf(watch())).toMatchObject({ kind: 'no-tasks' });
    expect(watched).toBe(1);
    expect(tasksSource).not.toHaveProperty('watch');
  });

  it('is asked for again after ten minutes', async () => {
    const { clock, tasks, counts, listTasks, listChats } = twoSources();
    tasks.error = notOffered();
    await listChats();
    await errorOf(listTasks());
    tasks.error = null;
    await clock.advance(599_000);
    await errorOf(listTasks());
    expect(counts.tasks).toBe(1);
    await clock.advance(1_000);
    expect(await listTasks()).toHaveLength(1);
  });

  it('is asked for again after an outage, which may be an upgrade', async () => {
    const { tasks, chats, listTasks, listChats } = twoSources();
    tasks.error = notOffered();
    await listChats();
    await errorOf(listTasks());
    chats.error = unreachable();
    await errorOf(listChats());
    tasks.error = null;
    expect(await listTasks()).toHaveLength(1);
  });

  it('is asked for each time while there is no other', async () => {
    const { tasks, chats, counts, listTasks, listChats } = twoSources();
    tasks.error = notOffered();
    chats.error = notOffered();
    for (let round = 0; round < 3; round++) {
      await errorOf(listTasks());
      await errorOf(listChats());
    }
    expect(counts).toEqual({ tasks: 3, chats: 3 });
    chats.error = null;
    await listChats();
    await errorOf(listTasks());
    expect(counts.tasks).toBe(3);
  });

  it('is another than one that fails', async () => {
    const { tasks, counts, listTasks, listChats } = twoSources();
    tasks.error = new BackendError({ kind: 'forbidden', message: 'No.', tookEffect: 'no' });
    await listChats();
    await errorOf(listTasks());
    await errorOf(listTasks());
    expect(counts.tasks).toBe(2);
  });
});
