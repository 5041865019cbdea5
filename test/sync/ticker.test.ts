import { expect, it } from 'vitest';
import { startTicker } from '../../src/sync/ticker.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

/** When the state's clock moved within `ms`; ms from now. */
async function ticks({ store, clock }: SyncFixture, ms: number): Promise<readonly number[]> {
  const start = clock.now();
  const times: number[] = [];
  const end = store.subscribe(() => times.push(store.getState().now - start));
  await clock.advance(ms);
  end();
  return times;
}

/** A deck whose list is never late. */
function quiet(): SyncFixture {
  const deck = syncFixture();
  deck.store.dispatch({
    type: 'list-received',
    tasks: [makeTask({ id: 'a', state: makeReport({ at: NOON - 20_000 }) })],
    startedAt: NOON,
    refreshMs: Number.POSITIVE_INFINITY,
    now: NOON,
  });
  return deck;
}

it('a quiet screen ticks at the minute marks of its tasks only', async () => {
  const deck = quiet();
  startTicker(deck.store, deck.clock);
  expect(await ticks(deck, 3 * MINUTE)).toEqual([40_000, 40_000 + MINUTE, 40_000 + 2 * MINUTE]);
});

it('a list that is fetched in time moves the ticks along, and causes none', async () => {
  const deck = syncFixture({
    tasks: [makeTask({ id: 'a', state: makeReport({ at: NOON - 1_000 - MINUTE }) })],
  });
  startTicker(deck.store, deck.clock);
  const { tasks } = deck.state;
  const moved: number[] = [];
  deck.store.subscribe(() => moved.push(deck.state.now - NOON));
  for (let round = 0; round < 11; round++) {
    await deck.clock.advance(5_000);
    deck.receiveList(...tasks);
  }
  expect(moved).toEqual(Array.from({ length: 11 }, (_, round) => (round + 1) * 5_000));
});

it('a server that is away is counted down each second', async () => {
  const deck = quiet();
  startTicker(deck.store, deck.clock);
  deck.store.dispatch({ type: 'list-failed', error: failure(), retryAt: NOON + 3_000, now: NOON });
  expect(await ticks(deck, 3_000)).toEqual([1_000, 2_000, 3_000]);
});

it('what changes on the way is heeded, earlier or later', async () => {
  const deck = quiet();
  startTicker(deck.store, deck.clock);
  expect(deck.clock.due).toEqual([NOON + 40_000]);
  deck.store.dispatch({ type: 'list-failed', error: failure(), retryAt: NOON, now: NOON });
  expect(deck.clock.due).toEqual([NOON + 1_000]);
  deck.receiveList();
  expect(deck.clock.due).toEqual([NOON + 10_001]);
});

it('the end leaves no timer behind', async () => {
  const deck = quiet();
  const stop = startTicker(deck.store, deck.clock);
  stop();
  deck.receiveList();
  expect(deck.clock.due).toEqual([]);
  expect(await ticks(deck, 10 * MINUTE)).toEqual([]);
});
