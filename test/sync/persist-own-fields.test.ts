import { afterEach, beforeEach, expect, it } from 'vitest';
import { titleOf } from '../../src/domain/task.ts';
import { persistState } from '../../src/sync/persist-state.ts';
import { createTaskOperations } from '../../src/sync/task-operations.ts';
import { savedScrollPositionsOf } from '../../src/view/detail/scroll-positions.ts';
import { makeTask } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const tasks = [makeTask({ id: 'a', displayName: 'Task a' }), makeTask({ id: 'b', displayName: 'Task b' })];

/** A taskdeck of its own on the same storage. */
function startTaskdeck() {
  const fixture = syncFixture();
  const stop = persistState(
    fixture.store,
    state.open().savedState(ada),
    fixture.clock,
    savedScrollPositionsOf,
  );
  fixture.receiveList(...tasks);
  const operations = createTaskOperations({ ...fixture, changed: () => {} });
  const titles = () => fixture.state.tasks.map(titleOf);
  return { fixture, stop, operations, titles };
}

it('an own title and a pin are there in the next run', async () => {
  const first = startTaskdeck();
  first.operations.rename('a', 'Mine');
  await first.operations.act('pin', 'b');
  expect(first.fixture.state.notice?.text).toMatch(/^“Task b” is pinned\./u);
  expect(first.fixture.state.inverse).toMatchObject({ action: 'unpin' });
  first.stop();
  const next = startTaskdeck();
  expect(next.titles()).toEqual(['Mine', 'Task b']);
  expect(next.fixture.state.rowOrder).toEqual(['b', 'a']);
});

it('another taskdeck shows them with its next list, and keeps its own changes', async () => {
  const [one, other] = [startTaskdeck(), startTaskdeck()];
  one.operations.rename('a', 'Mine');
  other.operations.rename('b', 'Theirs');
  await one.fixture.clock.advance(1_000);
  const [, unchanged] = one.fixture.state.tasks;
  other.fixture.receiveList(...tasks);
  expect(other.titles()).toEqual(['Mine', 'Theirs']);
  one.fixture.receiveList(...tasks);
  expect(one.titles()).toEqual(['Mine', 'Theirs']);
  expect(one.fixture.state.tasks[1]).not.toBe(unchanged);
  const known = one.fixture.state.tasks;
  one.fixture.receiveList(...tasks);
  expect(one.fixture.state.tasks).toBe(known);
});
