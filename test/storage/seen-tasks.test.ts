import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEEN_TASKS_LIMIT } from '../../src/storage/seen-tasks.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

test('the last fingerprint of each task is restored in the next run', () => {
  const memory = state.open().savedState(ada);
  memory.saveSeen(
    new Map([
      ['a', 'idle 1'],
      ['b', 'error 2'],
    ]),
  );
  memory.saveSeen(new Map([['a', 'idle 7']]));
  expect(Object.fromEntries(state.open().savedState(ada).seenFingerprints())).toEqual({
    a: 'idle 7',
    b: 'error 2',
  });
});

test('fingerprints are separate for each deployment and user', () => {
  const storage = state.open();
  storage.savedState(ada).saveSeen(new Map([['a', 'idle 1']]));
  expect(storage.savedState({ ...ada, user: 'bob' }).seenFingerprints().size).toBe(0);
});

test('fingerprints of two taskdecks are merged', () => {
  state
    .open()
    .savedState(ada)
    .saveSeen(new Map([['a', 'idle 1']]));
  state
    .open()
    .savedState(ada)
    .saveSeen(new Map([['b', 'idle 1']]));
  expect(state.open().savedState(ada).seenFingerprints().size).toBe(2);
});

test('only the newest of very many tasks are stored', () => {
  const memory = state.open().savedState(ada);
  memory.saveSeen(new Map(Array.from({ length: SEEN_TASKS_LIMIT }, (_, index) => [`t${index}`, 'idle 1'])));
  memory.saveSeen(
    new Map([
      ['t0', 'idle 2'],
      ['newest', 'idle 1'],
    ]),
  );
  const seen = memory.seenFingerprints();
  expect(seen.size).toBe(SEEN_TASKS_LIMIT);
  expect([seen.get('t0'), seen.get('newest'), seen.has('t1'), seen.has('t2')]).toEqual([
    'idle 2',
    'idle 1',
    false,
    true,
  ]);
});

test('an empty map writes nothing', () => {
  const storage = state.open();
  storage.savedState(ada).saveSeen(new Map());
  expect(storage.problem).toBeNull();
});
