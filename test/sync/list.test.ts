import { describe, expect, it } from 'vitest';
import { howFresh } from '../../src/store/selectors.ts';
import { pollList } from '../../src/sync/list.ts';
import { makeReport, makeTask, NOON } from '../domain/make.ts';
import { failure } from './backend.ts';
import { makeDeck } from './deck.ts';

const working = makeTask({ state: makeReport({ state: 'working' }) });

describe('the list', () => {
  it("asks for the user's own tasks every five seconds while nothing moves", async () => {
    const deck = makeDeck();
    pollList(deck).wake();
    await deck.clock.settle();
    expect(deck.backend.open('list').args).toEqual([{ owner: 'me' }]);
    deck.backend.open('list').answer([makeTask()]);
    await deck.clock.advance(4_999);
    expect(deck.state.tasks).toHaveLength(1);
    expect(deck.backend.calls('list')).toHaveLength(1);
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(2);
  });

  it('looks every three seconds from the very answer on that shows something moving', async () => {
    const deck = makeDeck();
    pollList(deck).wake();
    await deck.clock.settle();
    deck.backend.open('list').answer([working]);
    await deck.clock.advance(2_999);
    expect(deck.backend.calls('list')).toHaveLength(1);
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(2);
    deck.backend.open('list').answer([makeTask()]);
    await deck.clock.advance(4_999);
    expect(deck.backend.calls('list')).toHaveLength(2);
  });

  it('asks as seldom as the user wants, and is not late by that', async () => {
    const deck = makeDeck();
    pollList({ ...deck, pace: { list: 60, transcript: 1 } }).wake();
    await deck.clock.settle();
    deck.backend.open('list').answer([makeTask()]);
    await deck.clock.advance(59_999);
    expect(deck.backend.calls('list')).toHaveLength(1);
    expect(howFresh(deck.state.list, deck.clock.now()).kind).toBe('live');
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(2);
    deck.backend.open('list').answer([working]);
    await deck.clock.advance(35_999);
    expect(deck.backend.calls('list')).toHaveLength(2);
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(3);
  });

  it('is late only when it is later than a slow server lets it be', async () => {
    const deck = makeDeck();
    pollList(deck).wake();
    for (let round = 0; round < 3; round++) {
      await deck.clock.advance(2_000);
      expect(howFresh(deck.state.list, deck.clock.now()).kind).toBe(round === 0 ? 'loading' : 'live');
      deck.backend.open('list').answer([makeTask()]);
      await deck.clock.advance(17_999);
      expect(howFresh(deck.state.list, deck.clock.now()).kind).toBe('live');
      await deck.clock.advance(1);
    }
    // The answer that stays away is late.
    await deck.clock.advance(10_000);
    expect(howFresh(deck.state.list, deck.clock.now()).kind).toBe('stale');
  });

  it('keeps the last data, and says what is wrong and when it tries again', async () => {
    const deck = makeDeck({ tasks: [makeTask()] });
    pollList(deck).wake();
    await deck.clock.settle();
    const error = failure({ kind: 'unreachable' });
    deck.backend.open('list').refuse(error);
    await deck.clock.settle();
    expect(deck.state.tasks).toHaveLength(1);
    expect(deck.state.list).toEqual({ at: NOON, promised: 5_000, error, retryAt: NOON + 750 });
    await deck.clock.advance(750);
    deck.backend.open('list').answer([]);
    await deck.clock.settle();
    expect(deck.state.list).toMatchObject({ at: NOON + 750, error: null, retryAt: null });
    expect(deck.state.tasks).toEqual([]);
  });

  it('does not use an answer that was given up', async () => {
    const deck = makeDeck({ deaf: true });
    const poller = pollList(deck);
    poller.wake();
    await deck.clock.settle();
    const [given] = deck.backend.calls('list');
    poller.restart(1_000);
    given?.answer([makeTask()]);
    await deck.clock.settle();
    expect(deck.state.list.at).toBeNull();
    expect(deck.state.tasks).toEqual([]);
  });
});
