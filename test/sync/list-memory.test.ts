import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Memory } from '../../src/domain/ports/memory.ts';
import { EVERYONE, MINE, ownedBy, type Scope } from '../../src/domain/scope.ts';
import { howFresh } from '../../src/store/selectors.ts';
import { rememberList } from '../../src/sync/list-memory.ts';
import { makeTask, NOON } from '../domain/make.ts';
import { ada, stateDirectory } from '../storage/saved.ts';
import { makeDeck } from './deck.ts';

let state: ReturnType<typeof stateDirectory>;
let memory: Memory;
beforeEach(() => {
  state = stateDirectory();
  memory = state.open().memory(ada);
});
afterEach(() => state.dispose());

const HOUR = 3_600_000;
const tasks = [makeTask({ id: 'a' }), makeTask({ id: 'b' })];
const onDisk = () => state.open().memory(ada).lastList();

it('shows the tasks that were there last, with their true age, until the server answers', () => {
  memory.saveList(tasks, NOON - HOUR);
  const deck = makeDeck();
  rememberList(deck.store, memory, deck.clock);
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(deck.state.view.selected).toBe('a');
  expect(howFresh(deck.state.list, deck.state.now)).toEqual({ kind: 'stale', forMs: HOUR });
  deck.listed(makeTask({ id: 'c' }));
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['c']);
  expect(howFresh(deck.state.list, deck.state.now).kind).toBe('live');
});

it('shows tasks as just seen when the clock was set back since they were', () => {
  memory.saveList(tasks, NOON + HOUR);
  const deck = makeDeck();
  rememberList(deck.store, memory, deck.clock);
  expect(deck.state.list.at).toBe(deck.clock.now());
});

it('keeps the time of the wall, whatever it was set to meanwhile', async () => {
  const deck = makeDeck();
  const stop = rememberList(deck.store, memory, deck.clock);
  deck.clock.step(-HOUR);
  deck.listed(...tasks);
  stop();
  expect(onDisk()?.at).toBe(NOON - HOUR);
});

it('never replaces what the server has said', () => {
  memory.saveList(tasks, NOON - HOUR);
  const deck = makeDeck();
  deck.listed(makeTask({ id: 'c' }));
  rememberList(deck.store, memory, deck.clock);
  expect(deck.state.tasks.map(({ id }) => id)).toEqual(['c']);
});

it('writes a list that changes all the time once in a while, and the last one at the end', async () => {
  const deck = makeDeck();
  const stop = rememberList(deck.store, memory, deck.clock);
  deck.listed(makeTask({ id: 'a' }));
  deck.listed(...tasks);
  expect(onDisk()).toBeNull();
  await deck.clock.advance(30_000);
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  deck.listed(makeTask({ id: 'c' }));
  stop();
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['c']);
});

describe('the list of each scope', () => {
  const choose = (deck: ReturnType<typeof makeDeck>, scope: Scope): void =>
    deck.store.dispatch({ type: 'scope-chosen', scope, now: deck.clock.now() });
  const ids = (scope: Scope) =>
    state
      .open()
      .memory(ada)
      .lastList(scope)
      ?.tasks.map(({ id }) => id);

  it('is kept apart, and shown at once when it is listed again', () => {
    const deck = makeDeck();
    const stop = rememberList(deck.store, memory, deck.clock);
    deck.listed(...tasks);
    choose(deck, EVERYONE);
    deck.listed(...tasks, makeTask({ id: 'x', ownerName: 'bob' }));
    choose(deck, ownedBy('bob'));
    stop();
    expect([ids(MINE), ids(EVERYONE), ids(ownedBy('bob'))]).toEqual([['a', 'b'], ['a', 'b', 'x'], ['x']]);

    const next = makeDeck();
    rememberList(next.store, memory, next.clock);
    expect(next.state.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
    choose(next, ownedBy('BOB'));
    expect(next.state.tasks.map(({ id }) => id)).toEqual(['x']);
    expect(next.state.list.promised).toBe(0);
  });

  it('of single owners is kept of the last one only', () => {
    for (const name of ['bob', 'eve']) memory.saveList(tasks, 1, ownedBy(name));
    memory.saveList(tasks, 1);
    expect([ids(MINE), ids(ownedBy('bob')), ids(ownedBy('eve'))]).toEqual([
      ['a', 'b'],
      undefined,
      ['a', 'b'],
    ]);
  });

  it('is nothing where it was waited for in vain', () => {
    const deck = makeDeck();
    const stop = rememberList(deck.store, memory, deck.clock);
    choose(deck, EVERYONE);
    stop();
    expect(ids(EVERYONE)).toBeUndefined();
  });
});
