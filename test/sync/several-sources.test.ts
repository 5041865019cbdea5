import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackendError } from '../../src/domain/errors.ts';
import type { OwnerScope } from '../../src/domain/owner-scope.ts';
import type { Task } from '../../src/domain/task.ts';
import { chatsUnavailable, tasksUnavailable } from '../../src/domain/unavailable.ts';
import { dataAge } from '../../src/store/selectors.ts';
import { startNotifications } from '../../src/sync/notifications.ts';
import { persistConversations } from '../../src/sync/persist-conversations.ts';
import { startSync } from '../../src/sync/sync.ts';
import { watchTaskChanges } from '../../src/sync/task-changes.ts';
import { connectionProblem } from '../../src/view/layout/connection-problem.ts';
import { makeChat, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { type MemorySource, memorySource, notOffered, unreachable } from '../support/memory-source.ts';
import { syncFixture } from './sync-fixture.ts';

const TASK = makeTask({ id: 't1', createdAt: NOON - 3_000 });
const CHAT = makeChat({ id: 'c1', createdAt: NOON - 2_000 });

let directory: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  directory = stateDirectory();
});
afterEach(() => directory.dispose());

/** Sync with a deployment that has Tasks and chats. Its other requests never end. */
function startWithTwo({ tasks = [TASK], chats = [CHAT] } = {}) {
  const fixture = syncFixture();
  const tasksSource = memorySource('tasks', tasks);
  const chatsSource = memorySource('chats', chats);
  const storage = directory.open();
  const start = () =>
    startSync({
      ...fixture,
      backend: { ...fixture.backend, sources: [tasksSource, chatsSource] },
      outboxStorage: storage.outbox(ada),
    });
  return { fixture, storage, start, tasksSource, chatsSource };
}

const ids = (tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id);
const problem = ({ state }: ReturnType<typeof syncFixture>): string | null =>
  connectionProblem(state)?.text ?? null;

describe('a deployment with two sources', () => {
  it('has one list, newest first', async () => {
    const newest = makeTask({ id: 't2', createdAt: NOON - 1_000 });
    const { fixture, start } = startWithTwo({ tasks: [newest, TASK] });
    start();
    await fixture.clock.settle();
    expect(ids(fixture.state.tasks)).toEqual(['t2', 'c1', 't1']);
    expect(problem(fixture)).toBeNull();
  });

  it('reads, and sends to, a task in its own source', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    const sync = start();
    await fixture.clock.settle();
    fixture.select('c1');
    await fixture.clock.advance(1_000);
    sync.outbox.add('c1', 'go on');
    await fixture.clock.settle();
    expect(chatsSource.calls).toContain('transcript c1');
    expect(chatsSource.calls).toContain('send c1');
    expect(tasksSource.calls.filter((call) => call.endsWith('c1'))).toEqual([]);
  });

  it('shows the rows of one while the other does not answer yet', async () => {
    const { fixture, start, chatsSource } = startWithTwo();
    chatsSource.list = () => new Promise(() => undefined);
    start();
    await fixture.clock.settle();
    expect(ids(fixture.state.tasks)).toEqual(['t1']);
    expect(fixture.state.listFreshness.requestedAt).toBe(NOON);
  });
});

describe('a source that fails', () => {
  it('leaves the rows of the other alone, keeps its own with their age, and is named', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    start();
    await fixture.clock.settle();
    chatsSource.error = unreachable();
    tasksSource.tasks = [{ ...TASK, displayName: 'Renamed' }];
    await fixture.clock.advance(60_000);
    expect(fixture.state.tasks).toMatchObject([{ id: 'c1' }, { id: 't1', displayName: 'Renamed' }]);
    expect(problem(fixture)).toBe('Cannot list chats: No route to the chats.');
    const { state } = fixture;
    const chats = state.sourceFreshness.get('chats');
    const own = state.sourceFreshness.get('tasks');
    expect(chats && dataAge(chats, state.now)).toMatchObject({ kind: 'offline' });
    expect(own && dataAge(own, state.now)).toEqual({ kind: 'live' });
    chatsSource.error = null;
    await fixture.clock.advance(60_000);
    expect(problem(fixture)).toBeNull();
  });

  it('from the start is named too', async () => {
    const { fixture, start, chatsSource } = startWithTwo();
    chatsSource.error = unreachable();
    start();
    await fixture.clock.settle();
    expect(ids(fixture.state.tasks)).toEqual(['t1']);
    expect(problem(fixture)).toBe('Cannot list chats: No route to the chats.');
  });

  it('as the other does is not named: the server is the problem', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    start();
    await fixture.clock.settle();
    tasksSource.error = unreachable('No route.');
    chatsSource.error = unreachable('No route.');
    await fixture.clock.advance(60_000);
    expect(problem(fixture)).toBe('No route.');
  });

  it('because the server does not have it is no problem beside another', async () => {
    const { fixture, start, tasksSource } = startWithTwo();
    tasksSource.error = notOffered();
    start();
    await fixture.clock.settle();
    expect(ids(fixture.state.tasks)).toEqual(['c1']);
    expect(problem(fixture)).toBeNull();
    expect(dataAge(fixture.state.listFreshness, fixture.state.now)).toEqual({ kind: 'live' });
  });

  it('rejects a scope only if all sources do', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    start();
    await fixture.clock.settle();
    const scope: OwnerScope = { kind: 'owner', name: 'bob' };
    const denied = new BackendError({ kind: 'forbidden', message: 'Not yours.', tookEffect: 'no' });
    chatsSource.error = denied;
    tasksSource.tasks = [makeTask({ id: 't9', ownerName: 'bob' })];
    fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
    await fixture.clock.advance(1_000);
    expect(fixture.state.listedScope).toEqual(scope);
    expect(ids(fixture.state.tasks)).toEqual(['t9']);
    tasksSource.error = denied;
    await fixture.clock.advance(60_000);
    expect(fixture.state.listedScope).toEqual({ kind: 'mine' });
  });
});

describe('a scope that Tasks reject', () => {
  const scope: OwnerScope = { kind: 'owner', name: 'bob' };
  const denied = new BackendError({ kind: 'invalid', message: 'No such user.', tookEffect: 'no' });

  it.each<[string, Partial<MemorySource>, OwnerScope['kind']]>([
    ['chats that know no other owners are empty', { tasks: [] }, 'mine'],
    ['the server has no chats', { error: notOffered() }, 'mine'],
    ['chats of that owner are shared', { tasks: [makeChat({ id: 'c9', ownerName: 'bob' })] }, 'owner'],
  ])('stays rejected or not: %s', async (_, chats, kind) => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    Object.assign(chatsSource, { capabilities: { directories: false, otherOwners: false } });
    start();
    await fixture.clock.settle();
    tasksSource.error = denied;
    Object.assign(chatsSource, chats);
    fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
    await fixture.clock.advance(1_000);
    expect(fixture.state.listedScope.kind).toBe(kind);
  });

  it('is rejected too when the empty chats answer later', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    Object.assign(chatsSource, { capabilities: { directories: false, otherOwners: false } });
    start();
    await fixture.clock.settle();
    tasksSource.error = denied;
    let answer = (_: readonly Task[]): void => {};
    chatsSource.list = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
    await fixture.clock.advance(1_000);
    expect(fixture.state.listedScope).toEqual(scope);
    answer([]);
    await fixture.clock.settle();
    expect(fixture.state.listedScope).toEqual({ kind: 'mine' });
  });
});

it('a server with none of the sources is one problem', async () => {
  const { fixture, start, tasksSource, chatsSource } = startWithTwo();
  tasksSource.error = tasksUnavailable('v2.38.0');
  chatsSource.error = chatsUnavailable('v2.38.0');
  start();
  await fixture.clock.settle();
  expect(fixture.state.listFreshness.error?.message).toMatch(
    /^This server runs Coder 2\.38, which no longer has Tasks, and does not answer requests for Chats\./u,
  );
});

describe('old rows', () => {
  it('of the last run stay until their own source answers', async () => {
    const { fixture, start, chatsSource } = startWithTwo({ tasks: [] });
    fixture.store.dispatch({ type: 'list-restored', tasks: [CHAT, TASK], at: NOON - 3_600_000 });
    chatsSource.error = unreachable();
    start();
    await fixture.clock.settle();
    expect(ids(fixture.state.tasks)).toEqual(['c1']);
    const chats = fixture.state.sourceFreshness.get('chats');
    expect(chats && dataAge(chats, fixture.state.now)).toMatchObject({ kind: 'offline', forMs: 3_600_000 });
  });

  it('of another scope lose only what their own source no longer lists', async () => {
    const everyone: OwnerScope = { kind: 'everyone' };
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    fixture.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: '' } });
    start();
    await fixture.clock.settle();
    fixture.store.dispatch({ type: 'scope-selected', scope: everyone, now: fixture.clock.now() });
    chatsSource.error = unreachable();
    tasksSource.tasks = [];
    await fixture.clock.advance(1_000);
    fixture.store.dispatch({ type: 'scope-selected', scope: { kind: 'mine' }, now: fixture.clock.now() });
    expect(ids(fixture.state.tasks)).toEqual(['c1']);
  });
});

describe('a task is gone', () => {
  it('only when a list of its own source does not hold it', async () => {
    const { fixture, start, tasksSource, chatsSource } = startWithTwo();
    start();
    await fixture.clock.settle();
    chatsSource.error = unreachable();
    tasksSource.tasks = [];
    await fixture.clock.advance(60_000);
    expect(ids(fixture.state.tasks)).toEqual(['c1']);
    Object.assign(chatsSource, { error: null, tasks: [] });
    await fixture.clock.advance(60_000);
    expect(fixture.state.tasks).toEqual([]);
  });

  it('for the stored conversations only when every source has answered', async () => {
    const { fixture, start, storage, chatsSource } = startWithTwo();
    const conversations = storage.conversations(ada);
    const recorded: (readonly string[])[] = [];
    persistConversations(
      fixture.store,
      {
        ...conversations,
        recordTasks(taskIds, owners, now) {
          recorded.push(taskIds);
          return conversations.recordTasks(taskIds, owners, now);
        },
      },
      fixture.clock,
    );
    fixture.store.dispatch({ type: 'user-received', user: { id: 'u1', username: 'ada', name: '' } });
    chatsSource.error = unreachable();
    start();
    await fixture.clock.advance(5 * 60_000);
    expect(recorded).toEqual([]);
    chatsSource.error = null;
    await fixture.clock.advance(5 * 60_000);
    expect(recorded).toEqual([['c1', 't1']]);
  });

  it('when the deployment no longer has its source', () => {
    const { fixture } = startWithTwo();
    fixture.store.dispatch({ type: 'list-restored', tasks: [CHAT, TASK], at: NOON - 60_000 });
    fixture.store.dispatch({ type: 'sources-known', sources: ['tasks'] });
    expect(ids(fixture.state.tasks)).toEqual(['t1']);
  });
});

it('tasks that already need the user in the first list of a source cause no notification', async () => {
  const waiting = makeReport({ state: 'idle', at: NOON - 60_000 });
  const { fixture, start, chatsSource } = startWithTwo({ tasks: [{ ...TASK, state: waiting }] });
  const notified: unknown[] = [];
  startNotifications({
    ...fixture,
    changes: watchTaskChanges(fixture),
    notifier: { notify: (text) => void notified.push(text) },
  });
  chatsSource.error = unreachable();
  start();
  await fixture.clock.advance(20_000);
  expect(fixture.state.tasks).toHaveLength(1);
  Object.assign(chatsSource, {
    error: null,
    tasks: [makeChat({ id: 'c1', status: 'waiting', unread: true })],
  });
  await fixture.clock.advance(120_000);
  expect(fixture.state.tasks).toHaveLength(2);
  expect(notified).toEqual([]);
  chatsSource.tasks = [...chatsSource.tasks, makeChat({ id: 'c2', status: 'waiting', unread: true })];
  await fixture.clock.advance(120_000);
  expect(notified).toHaveLength(1);
});

it('a removed task stays away although the other source lists later', () => {
  const { fixture } = startWithTwo();
  const listed = (source: string, tasks: readonly Task[], startedAt: number): void =>
    fixture.store.dispatch({
      type: 'list-received',
      source,
      tasks,
      startedAt,
      refreshMs: 5_000,
      now: startedAt,
    });
  listed('tasks', [TASK], NOON);
  listed('chats', [CHAT], NOON);
  fixture.store.dispatch({ type: 'task-disappeared', taskId: 'c1', now: NOON + 2_000 });
  listed('tasks', [TASK], NOON + 3_000);
  // This list of chats was requested before the chat was removed.
  listed('chats', [CHAT], NOON + 1_000);
  expect(ids(fixture.state.tasks)).toEqual(['t1']);
  listed('chats', [CHAT], NOON + 4_000);
  expect(ids(fixture.state.tasks)).toEqual(['c1', 't1']);
});
