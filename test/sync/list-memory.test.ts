import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Memory } from '../../src/domain/ports.ts';
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
