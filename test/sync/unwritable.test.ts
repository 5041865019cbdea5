import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bufferOf } from '../../src/domain/edit/buffer.ts';
import type { Storage } from '../../src/domain/ports/storage.ts';
import { openUserStorage } from '../../src/sync/user-storage.ts';
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

/** What is kept, by the table that it is in: how the user comes to it, and how a later run finds it. */
const KEPT: Readonly<
  Record<
    string,
    readonly [table: string, act: (deck: SyncFixture) => void, find: (later: Storage) => unknown]
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
  'a prompt that was sent': [
    'prompt',
    ({ store }) => store.dispatch({ type: 'prompt-recorded', text: 'go' }),
    (later) => later.savedState(ada).promptHistory().includes('go'),
  ],
  'that a task was looked at': [
    'seen',
    ({ store }) => {
      store.dispatch({ type: 'task-selected', taskId: 'a' });
      store.dispatch({ type: 'task-viewed', taskId: 'a' });
    },
    (later) => later.savedState(ada).seenFingerprints().has('a'),
  ],
  'how the screen is laid out': [
    'layout',
    ({ store }) => store.dispatch({ type: 'sort-changed', sort: 'name' }),
    (later) => later.savedState(ada).layout().sort === 'name',
  ],
  'the list': [
    'listing',
    (deck) => deck.receiveList(working),
    (later) => later.savedState(ada).savedList()?.tasks.length === 1,
  ],
  'what a task spent its time with': [
    'timeline',
    (deck) => deck.receiveList(working),
    (later) => later.timeline(ada).read('a').at(-1)?.activity === 'working',
  ],
};

/** taskdeck with this state directory, in which no row of the table can be written until `mend` is called. */
function unwritable(table: string) {
  const storage = state.open();
  storage.saveUser(ada.origin, TOKEN, ada.user);
  const other = new DatabaseSync(state.file);
  for (const change of ['INSERT', 'UPDATE'])
    other.exec(
      `CREATE TRIGGER full_${change} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    );
  const deck = syncFixture({ tasks: [task] });
  const recollection = openUserStorage({
    store: deck.store,
    storage,
    clock: deck.clock,
    account: { origin: ada.origin, token: TOKEN },
    storesConversations: true,
  });
  return {
    deck,
    recollection,
    mend() {
      for (const change of ['INSERT', 'UPDATE']) other.exec(`DROP TRIGGER full_${change}`);
      other.close();
    },
  };
}

describe.each(Object.entries(KEPT))('%s that could not be saved', (_, [table, act, find]) => {
  it('is saved once the disk has room again', async () => {
    const { deck, mend } = unwritable(table);
    act(deck);
    await deck.clock.advance(40_000);
    expect(find(state.open())).toBe(false);
    mend();
    await deck.clock.advance(1);
    // A poll that brings nothing new.
    deck.receiveList(...deck.state.tasks);
    await deck.clock.advance(60_000);
    expect(find(state.open())).toBe(true);
  });

  it('is saved at exit', async () => {
    const { deck, recollection, mend } = unwritable(table);
    act(deck);
    await deck.clock.advance(40_000);
    mend();
    recollection.stop();
    expect(find(state.open())).toBe(true);
  });
});

it('a conversation whose task is gone is saved once the disk has room again', async () => {
  const { deck, mend } = unwritable('archived_entry');
  deck.select('a');
  await deck.clock.advance(1_000);
  KEPT['a conversation']?.[1](deck);
  deck.receiveList();
  await deck.clock.advance(20_000);
  mend();
  await deck.clock.advance(10_000);
  expect(KEPT['a conversation']?.[2](state.open())).toBe(true);
});

describe('a message and a draft that were written before the user was known, and could not be moved to the user', () => {
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
    const deck = syncFixture({ tasks: [task] });
    const recollection = openUserStorage({
      store: deck.store,
      storage,
      clock: deck.clock,
      account: { origin: ada.origin, token: TOKEN },
      storesConversations: true,
    });
    deck.store.dispatch({ type: 'user-received', user: { id: 'u', username: ada.user, name: '' } });
    return {
      deck,
      recollection,
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

  it('are moved once the disk has room again', async () => {
    const { deck, recollection, mend } = stranger();
    const told: string[] = [];
    recollection.onUser(() => told.push('user'));
    await deck.clock.advance(40_000);
    // They can still be sent and edited.
    expect(recollection.outboxStorage().all()).toHaveLength(1);
    expect(told).toEqual([]);
    mend();
    await deck.clock.advance(10_000);
    expect(told).toEqual(['user']);
    expect(recollection.outboxStorage().all()).toHaveLength(1);
    expect(found(state.open())).toEqual(MOVED);
  });

  it('are moved by the next run', async () => {
    const { deck, recollection, mend } = stranger();
    await deck.clock.advance(40_000);
    recollection.stop();
    mend();
    const next = syncFixture({ tasks: [task] });
    openUserStorage({
      store: next.store,
      storage: state.open(),
      clock: next.clock,
      account: { origin: ada.origin, token: TOKEN },
      storesConversations: true,
    });
    next.store.dispatch({ type: 'user-received', user: { id: 'u', username: ada.user, name: '' } });
    expect(found(state.open())).toEqual(MOVED);
  });
});
