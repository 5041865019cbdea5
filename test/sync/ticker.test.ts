import { expect, it } from 'vitest';
import { startTicker } from '../../src/sync/ticker.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

/** The times of ticks within `ms`; ms from now. */
async function ticks({ store, clock }: SyncFixture, ms: number): Promise<readonly number[]> {
  const start = clock.now();
  const times: number[] = [];
  const end = store.subscribe(() => times.push(store.getState().now - start));
  await clock.advance(ms);
  end();
  return times;
}

/** A fixture whose list never becomes stale. */
function quiet(): SyncFixture {
  const fixture = syncFixture();
  fixture.store.dispatch({
    type: 'list-received',
    source: 'tasks',
    tasks: [makeTask({ id: 'a', state: makeReport({ at: NOON - 20_000 }) })],
    startedAt: NOON,
    refreshMs: Number.POSITIVE_INFINITY,
    now: NOON,
  });
  return fixture;
}

it('an unchanged screen ticks only when an age changes', async () => {
  const fixture = quiet();
  startTicker(fixture.store, fixture.clock);
  expect(await ticks(fixture, 3 * MINUTE)).toEqual([40_000, 40_000 + MINUTE, 40_000 + 2 * MINUTE]);
});

it('a list that arrives in time delays ticks, and causes none', async () => {
  const fixture = syncFixture({
    tasks: [makeTask({ id: 'a', state: makeReport({ at: NOON - 1_000 - MINUTE }) })],
  });
  startTicker(fixture.store, fixture.clock);
  const { tasks } = fixture.state;
  const moved: number[] = [];
  fixture.store.subscribe(() => moved.push(fixture.state.now - NOON));
  for (let round = 0; round < 11; round++) {
    await fixture.clock.advance(5_000);
    fixture.receiveList(...tasks);
  }
  expect(moved).toEqual(Array.from({ length: 11 }, (_, round) => (round + 1) * 5_000));
});

it('a retry countdown ticks each second', async () => {
  const fixture = quiet();
  startTicker(fixture.store, fixture.clock);
  fixture.store.dispatch({
    type: 'list-failed',
    source: 'tasks',
    error: failure(),
    retryAt: NOON + 3_000,
    now: NOON,
  });
  expect(await ticks(fixture, 3_000)).toEqual([1_000, 2_000, 3_000]);
});

it('a state change moves the next tick', async () => {
  const fixture = quiet();
  startTicker(fixture.store, fixture.clock);
  expect(fixture.clock.due).toEqual([NOON + 40_000]);
  fixture.store.dispatch({
    type: 'list-failed',
    source: 'tasks',
    error: failure(),
    retryAt: NOON,
    now: NOON,
  });
  expect(fixture.clock.due).toEqual([NOON + 1_000]);
  fixture.receiveList();
  expect(fixture.clock.due).toEqual([NOON + 10_001]);
});

it('the end leaves no timer behind', async () => {
  const fixture = quiet();
  const stop = startTicker(fixture.store, fixture.clock);
  stop();
  fixture.receiveList();
  expect(fixture.clock.due).toEqual([]);
  expect(await ticks(fixture, 10 * MINUTE)).toEqual([]);
});
