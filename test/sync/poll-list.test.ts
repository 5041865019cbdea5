import { describe, expect, it } from 'vitest';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import { dataAge } from '../../src/store/selectors.ts';
import { pollList } from '../../src/sync/poll-list.ts';
import { makeReport, makeTask, NOON } from '../domain/builders.ts';
import { failure } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const working = makeTask({ state: makeReport({ state: 'working' }) });

describe('the list', () => {
  it("asks for the user's own tasks every five seconds while nothing moves", async () => {
    const deck = syncFixture();
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
    const deck = syncFixture();
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
    const deck = syncFixture();
    pollList({ ...deck, pace: { list: 60, transcript: 1 } }).wake();
    await deck.clock.settle();
    deck.backend.open('list').answer([makeTask()]);
    await deck.clock.advance(59_999);
    expect(deck.backend.calls('list')).toHaveLength(1);
    expect(dataAge(deck.state.listFreshness, deck.clock.now()).kind).toBe('live');
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(2);
    deck.backend.open('list').answer([working]);
    await deck.clock.advance(35_999);
    expect(deck.backend.calls('list')).toHaveLength(2);
    await deck.clock.advance(1);
    expect(deck.backend.calls('list')).toHaveLength(3);
  });

  it('is late only when it is later than a slow server lets it be', async () => {
    const deck = syncFixture();
    pollList(deck).wake();
    for (let round = 0; round < 3; round++) {
      await deck.clock.advance(2_000);
      expect(dataAge(deck.state.listFreshness, deck.clock.now()).kind).toBe(round === 0 ? 'loading' : 'live');
      deck.backend.open('list').answer([makeTask()]);
      await deck.clock.advance(17_999);
      expect(dataAge(deck.state.listFreshness, deck.clock.now()).kind).toBe('live');
      await deck.clock.advance(1);
    }
    // The answer that stays away is late.
    await deck.clock.advance(10_000);
    expect(dataAge(deck.state.listFreshness, deck.clock.now()).kind).toBe('stale');
  });

  it('keeps the last data, and says what is wrong and when it tries again', async () => {
    const deck = syncFixture({ tasks: [makeTask()] });
    pollList(deck).wake();
    await deck.clock.settle();
    const error = failure({ kind: 'unreachable' });
    deck.backend.open('list').refuse(error);
    await deck.clock.settle();
    expect(deck.state.tasks).toHaveLength(1);
    // Never sooner than the pace that was configured.
    expect(deck.state.listFreshness).toEqual({
      requestedAt: NOON,
      refreshMs: 5_000,
      error,
      retryAt: NOON + 5_000,
    });
    await deck.clock.advance(5_000);
    deck.backend.open('list').answer([]);
    await deck.clock.settle();
    expect(deck.state.listFreshness).toMatchObject({ requestedAt: NOON + 5_000, error: null, retryAt: null });
    expect(deck.state.tasks).toEqual([]);
  });

  it('does not use an answer that was given up', async () => {
    const deck = syncFixture({ deaf: true });
    const poller = pollList(deck);
    poller.wake();
    await deck.clock.settle();
    const [given] = deck.backend.calls('list');
    poller.restart(1_000);
    given?.answer([makeTask()]);
    await deck.clock.settle();
    expect(deck.state.listFreshness.requestedAt).toBeNull();
    expect(deck.state.tasks).toEqual([]);
  });
});

describe('the list of others', () => {
  const choose = (deck: SyncFixture, scope: OwnerScope): void =>
    deck.store.dispatch({ type: 'scope-selected', scope, now: deck.clock.now() });
  const asked = (deck: SyncFixture) => deck.backend.calls('list').map(({ args: [query] }) => query);

  it('is asked for at once, and the request for the one before is given up', async () => {
    const deck = syncFixture();
    pollList(deck).wake();
    await deck.clock.settle();
    const first = deck.backend.open('list');
    choose(deck, EVERYONE);
    choose(deck, scopeOfOwner('bob'));
    await deck.clock.settle();
    expect(first.signal.aborted).toBe(true);
    expect(asked(deck)).toEqual([{ owner: 'me' }, { owner: 'bob' }]);
    deck.backend.open('list').answer([makeTask({ ownerName: 'bob' })]);
    await deck.clock.advance(5_000);
    expect(asked(deck).slice(2)).toEqual([{ owner: 'bob' }]);
    expect(deck.backend.mostOpen('list')).toBe(1);
  });

  it('is asked for although the one before had to wait', async () => {
    const deck = syncFixture();
    pollList(deck).wake();
    await deck.clock.settle();
    deck.backend.open('list').refuse(failure({ kind: 'unreachable' }));
    await deck.clock.settle();
    choose(deck, EVERYONE);
    await deck.clock.settle();
    expect(asked(deck).at(-1)).toEqual({ owner: null });
  });

  it.each(['forbidden', 'invalid', 'not-found'] as const)(
    'that is refused (%s) gives way to the one before, which is asked for at once',
    async (kind) => {
      const deck = syncFixture({ tasks: [makeTask()] });
      pollList(deck);
      choose(deck, EVERYONE);
      await deck.clock.settle();
      deck.backend.open('list').refuse(failure({ kind, message: 'Only your own.' }));
      await deck.clock.settle();
      expect(deck.state.selectedScope).toEqual(MINE);
      expect(deck.state.tasks).toHaveLength(1);
      expect(deck.state.notice?.text).toBe('Cannot list the tasks of everyone: Only your own.');
      expect(asked(deck)).toEqual([{ owner: null }, { owner: 'me' }]);
      deck.backend.open('list').refuse(failure({ kind, message: 'Nor these.' }));
      await deck.clock.settle();
      expect(deck.state.listFreshness.error?.message).toBe('Nor these.');
    },
  );

  it('that has a fault stays, and says what is wrong', async () => {
    const deck = syncFixture({ tasks: [makeTask()] });
    pollList(deck);
    choose(deck, EVERYONE);
    await deck.clock.settle();
    deck.backend.open('list').refuse(failure());
    await deck.clock.settle();
    expect(deck.state.selectedScope).toEqual(EVERYONE);
    expect(deck.state.listFreshness.error?.kind).toBe('server');
    expect(deck.state.listFreshness.requestedAt).toBeNull();
  });
});
