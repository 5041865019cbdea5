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

it('shows the saved list with its age until the server answers', () => {
  memory.saveList(tasks, NOON - HOUR);
  const fixture = syncFixture();
  persistList(fixture.store, memory, fixture.clock);
  expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(fixture.state.view.selected).toBe('a');
  expect(dataAge(fixture.state.listFreshness, fixture.state.now)).toEqual({ kind: 'stale', forMs: HOUR });
  fixture.receiveList(makeTask({ id: 'c' }));
  expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['c']);
  expect(dataAge(fixture.state.listFreshness, fixture.state.now).kind).toBe('live');
});

it('shows a saved list as new when the wall clock was set back since', () => {
  memory.saveList(tasks, NOON + HOUR);
  const fixture = syncFixture();
  persistList(fixture.store, memory, fixture.clock);
  expect(fixture.state.listFreshness.requestedAt).toBe(fixture.clock.now());
});

it('saves wall time even after the clock was changed', async () => {
  const fixture = syncFixture();
  const stop = persistList(fixture.store, memory, fixture.clock);
  fixture.clock.step(-HOUR);
  fixture.receiveList(...tasks);
  stop();
  expect(onDisk()?.at).toBe(NOON - HOUR);
});

it('never replaces a received list', () => {
  memory.saveList(tasks, NOON - HOUR);
  const fixture = syncFixture();
  fixture.receiveList(makeTask({ id: 'c' }));
  persistList(fixture.store, memory, fixture.clock);
  expect(fixture.state.tasks.map(({ id }) => id)).toEqual(['c']);
});

it('saves a changing list at intervals, and at the end', async () => {
  const fixture = syncFixture();
  const stop = persistList(fixture.store, memory, fixture.clock);
  fixture.receiveList(makeTask({ id: 'a' }));
  fixture.receiveList(...tasks);
  expect(onDisk()).toBeNull();
  await fixture.clock.advance(300_000);
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
  fixture.receiveList(makeTask({ id: 'c' }));
  stop();
  expect(onDisk()?.tasks.map(({ id }) => id)).toEqual(['c']);
});

describe('the list of each scope', () => {
  const choose = (fixture: ReturnType<typeof syncFixture>, scope: OwnerScope): void =>
    fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
  const ids = (scope: OwnerScope) =>
    state
      .open()
      .savedState(ada)
      .savedList(scope)
      ?.tasks.map(({ id }) => id);

  it('is saved separately, and shown at once when it is listed again', () => {
    const fixture = syncFixture();
    const stop = persistList(fixture.store, memory, fixture.clock);
    fixture.receiveList(...tasks);
    choose(fixture, EVERYONE);
    fixture.receiveList(...tasks, makeTask({ id: 'x', ownerName: 'bob' }));
    choose(fixture, scopeOfOwner('bob'));
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

  it('is saved for the last single owner only', () => {
    for (const name of ['bob', 'eve']) memory.saveList(tasks, 1, scopeOfOwner(name));
    memory.saveList(tasks, 1);
    expect([ids(MINE), ids(scopeOfOwner('bob')), ids(scopeOfOwner('eve'))]).toEqual([
      ['a', 'b'],
      undefined,
      ['a', 'b'],
    ]);
  });

  it('is not saved when it was never received', () => {
    const fixture = syncFixture();
    const stop = persistList(fixture.store, memory, fixture.clock);
    choose(fixture, EVERYONE);
    stop();
    expect(ids(EVERYONE)).toBeUndefined();
  });
});
