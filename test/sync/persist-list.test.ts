import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { SavedState } from '../../src/domain/ports/saved-state.ts';
import { dataAge } from '../../src/store/selectors.ts';
import { persistList } from '../../src/sync/persist-list.ts';
import { makeTask, NOON } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
let memory: SavedState;
beforeEach(() => {
  state = stateDirectory();
  memory = state.open().savedState(ada);
});
afterEach(() => state.dispose());

const HOUR = 3_600_000;
const tasks = [makeTask({ id: 'a' }), makeTask({ id: 'b' })];
const onDisk = () => state.open().savedState(ada).savedList();

it('shows the tasks that were there last, with their true age, until the server answers', () => {
  memory.saveList(tasks, NOON - HOUR);
  const deck = syncFixture();
  persistList(deck.store, memory, deck.clock);
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(deck.state.view.selected).toBe('a');
  expect(dataAge(deck.state.listFreshness, deck.state.now)).toEqual({ kind: 'stale', forMs: HOUR });
  deck.receiveList(makeTask({ id: 'c' }));
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['c']);
  expect(dataAge(deck.state.listFreshness, deck.state.now).kind).toBe('live');
});

it('shows tasks as just seen when the clock was set back since they were', () => {
  memory.saveList(tasks, NOON + HOUR);
  const deck = syncFixture();
  persistList(deck.store, memory, deck.clock);
  expect(deck.state.listFreshness.requestedAt).toBe(deck.clock.now());
});

it('keeps the time of the wall, whatever it was set to meanwhile', async () => {
  const deck = syncFixture();
  const stop = persistList(deck.store, memory, deck.clock);
  deck.clock.step(-HOUR);
  deck.receiveList(...tasks);
  stop();
  expect(onDisk()?.at).toBe(NOON - HOUR);
});

it('never replaces what the server has said', () => {
  memory.saveList(tasks, NOON - HOUR);
  const deck = syncFixture();
  deck.receiveList(makeTask({ id: 'c' }));
  persistList(deck.store, memory, deck.clock);
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['c']);
});

it('writes a list that changes all the time once in a while, and the last one at the end', async () => {
  const deck = syncFixture();
  const stop = persistList(deck.store, memory, deck.clock);
  deck.receiveList(makeTask({ id: 'a' }));
  deck.receiveList(...tasks);
  expect(onDisk()).toBeNull();
  await deck.clock.advance(30_000);
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  deck.receiveList(makeTask({ id: 'c' }));
  stop();
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['c']);
});

describe('the list of each scope', () => {
  const choose = (deck: ReturnType<typeof syncFixture>, scope: OwnerScope): void =>
    deck.store.dispatch({ type: 'scope-selected', scope, now: deck.clock.now() });
  const ids = (scope: OwnerScope) =>
    state
      .open()
      .savedState(ada)
      .savedList(scope)
      ?.tasks.map(({ id }) => id);

  it('is kept apart, and shown at once when it is listed again', () => {
    const deck = syncFixture();
    const stop = persistList(deck.store, memory, deck.clock);
    deck.receiveList(...tasks);
    choose(deck, EVERYONE);
    deck.receiveList(...tasks, makeTask({ id: 'x', ownerName: 'bob' }));
    choose(deck, scopeOfOwner('bob'));
    stop();
    expect([ids(MINE), ids(EVERYONE), ids(scopeOfOwner('bob'))]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'x'],
      ['x'],
    ]);

    const next = syncFixture();
    persistList(next.store, memory, next.clock);
    expect(next.state.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
    choose(next, scopeOfOwner('BOB'));
    expect(next.state.tasks.map(({ id }) => id)).toEqual(['x']);
    expect(next.state.listFreshness.refreshMs).toBe(0);
  });

  it('of single owners is kept of the last one only', () => {
    for (const name of ['bob', 'eve']) memory.saveList(tasks, 1, scopeOfOwner(name));
    memory.saveList(tasks, 1);
    expect([ids(MINE), ids(scopeOfOwner('bob')), ids(scopeOfOwner('eve'))]).toEqual([
      ['a', 'b'],
      undefined,
      ['a', 'b'],
    ]);
  });

  it('is nothing where it was waited for in vain', () => {
    const deck = syncFixture();
    const stop = persistList(deck.store, memory, deck.clock);
    choose(deck, EVERYONE);
    stop();
    expect(ids(EVERYONE)).toBeUndefined();
  });
});
