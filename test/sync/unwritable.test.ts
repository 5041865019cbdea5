import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { openUserStorage } from '../../src/sync/user-storage.ts';
import { savedScrollPositionsOf } from '../../src/view/detail/scroll-positions.ts';
import { agent, live, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const TOKEN = 'token';
const task = makeTask({ id: 'a' });
const working = makeTask({ id: 'a', state: makeReport({ state: 'working', at: NOON }) });

/** Stored data: its table, how the user creates it, and how a later run loads it. */
const KEPT: Readonly<
  Record<
    string,
    readonly [table: string, act: (fixture: SyncFixture) => void, find: (later: Storage) => unknown]
  >
> = {
  'a conversation': [
    'archived_entry',
    ({ store, clock }) =>
      store.dispatch({
        type: 'transcript-received',
        taskId: 'a',
        transcript: live(you(0, 'go'), agent(1, 'done')),
        startedAt: clock.now(),
        refreshMs: 1_000,
        now: clock.now(),
      }),
    (later) => later.conversations(ada).load('a')?.conversation.entries.length === 2,
  ],
  'a draft': [
    'draft',
    ({ store }) => store.dispatch({ type: 'draft-changed', key: 'a', buffer: bufferOf('half') }),
    (later) => later.savedState(ada).drafts().get('a') === 'half',
  ],
  'a sent prompt': [
    'prompt',
    ({ store }) => store.dispatch({ type: 'prompt-recorded', text: 'go' }),
    (later) => later.savedState(ada).promptHistory().includes('go'),
  ],
  'a seen task': [
    'seen',
    ({ store }) => {
      store.dispatch({ type: 'task-selected', taskId: 'a' });
      store.dispatch({ type: 'task-viewed', taskId: 'a' });
    },
    (later) => later.savedState(ada).seenFingerprints().has('a'),
  ],
  'the layout': [
    'layout',
    ({ store }) => store.dispatch({ type: 'sort-changed', sort: 'name' }),
    (later) => later.savedState(ada).layout().sort === 'name',
  ],
  'the list': [
    'listing',
    (fixture) => fixture.receiveList(working),
    (later) => later.savedState(ada).savedList()?.tasks.length === 1,
  ],
  'a timeline': [
    'timeline',
    (fixture) => fixture.receiveList(working),
    (later) => later.timeline(ada).read('a').at(-1)?.activity === 'working',
  ],
};

/** A run of taskdeck in which writes to the table fail until `mend` is called. */
function unwritable(table: string) {
  const storage = state.open();
  storage.saveUser(ada.origin, TOKEN, ada.user);
  const other = new DatabaseSync(state.file);
  for (const change of ['INSERT', 'UPDATE'])
    other.exec(
      `CREATE TRIGGER full_${change} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    );
  const fixture = syncFixture({ tasks: [task] });
  const userStorage = openUserStorage({
    store: fixture.store,
    storage,
    clock: fixture.clock,
    account: { origin: ada.origin, token: TOKEN },
    scrollPositionsOf: savedScrollPositionsOf,
  });
  return {
    fixture,
    userStorage,
    mend() {
      for (const change of ['INSERT', 'UPDATE']) other.exec(`DROP TRIGGER full_${change}`);
      other.close();
    },
  };
}

/** Longer than the time between two writes of the list, ms. */
const LONG = 301_000;

describe.each(Object.entries(KEPT))('%s that could not be saved', (_, [table, act, find]) => {
  it('is saved once the disk has space again', async () => {
    const { fixture, mend } = unwritable(table);
    act(fixture);
    await fixture.clock.advance(LONG);
    expect(find(state.open())).toBe(false);
    mend();
    await fixture.clock.advance(1);
    // A poll without a change.
    fixture.receiveList(...fixture.state.tasks);
    await fixture.clock.advance(LONG);
    expect(find(state.open())).toBe(true);
  });

  it('is saved at exit', async () => {
    const { fixture, userStorage, mend } = unwritable(table);
    act(fixture);
    await fixture.clock.advance(LONG);
    mend();
    userStorage.stop();
    expect(find(state.open())).toBe(true);
  });
});

it('a conversation whose task is gone is saved once the disk has space again', async () => {
  const { fixture, mend } = unwritable('archived_entry');
  fixture.select('a');
  await fixture.clock.advance(1_000);
  KEPT['a conversation']?.[1](fixture);
  fixture.receiveList();
  await fixture.clock.advance(20_000);
  mend();
  await fixture.clock.advance(10_000);
  expect(KEPT['a conversation']?.[2](state.open())).toBe(true);
});

describe('a message and a draft from before the user was known, whose move failed', () => {
  function stranger() {
    const storage = state.open();
    const whose = { origin: ada.origin, user: storage.anonymousUser(ada.origin, TOKEN) };
    storage
      .outbox(whose)
      .add({ id: 'message', taskId: 'a', text: 'go on', resume: false, since: NOON }, 'half');
    const other = new DatabaseSync(state.file);
    other.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    const fixture = syncFixture({ tasks: [task] });
    const userStorage = openUserStorage({
      store: fixture.store,
      storage,
      clock: fixture.clock,
      account: { origin: ada.origin, token: TOKEN },
      scrollPositionsOf: savedScrollPositionsOf,
    });
    fixture.store.dispatch({ type: 'user-received', user: { id: 'u', username: ada.user, name: '' } });
    return {
      fixture,
      userStorage,
      mend() {
        other.exec('DROP TRIGGER full');
        other.close();
      },
    };
  }

  const found = (storage: Storage): unknown => [
    storage.knownUser(ada.origin, TOKEN),
    storage
      .outbox(ada)
      .all()
      .map(({ text }) => text),
    storage.savedState(ada).drafts().get('a'),
  ];
  const MOVED = [ada.user, ['go on'], 'half'];

  it('are moved once the disk has space again', async () => {
    const { fixture, userStorage, mend } = stranger();
    const calls: string[] = [];
    userStorage.onUser(() => calls.push('user'));
    await fixture.clock.advance(40_000);
    // They can still be sent and edited.
    expect(userStorage.outboxStorage().all()).toHaveLength(1);
    expect(calls).toEqual([]);
    mend();
    await fixture.clock.advance(10_000);
    expect(calls).toEqual(['user']);
    expect(userStorage.outboxStorage().all()).toHaveLength(1);
    expect(found(state.open())).toEqual(MOVED);
  });

  it('are moved by the next run', async () => {
    const { fixture, userStorage, mend } = stranger();
    await fixture.clock.advance(40_000);
    userStorage.stop();
    mend();
    const next = syncFixture({ tasks: [task] });
    openUserStorage({
      store: next.store,
      storage: state.open(),
      clock: next.clock,
      account: { origin: ada.origin, token: TOKEN },
      scrollPositionsOf: savedScrollPositionsOf,
    });
    next.store.dispatch({ type: 'user-received', user: { id: 'u', username: ada.user, name: '' } });
    expect(found(state.open())).toEqual(MOVED);
  });
});
