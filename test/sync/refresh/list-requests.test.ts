import { describe, expect, it } from 'vitest';
import { EVERYONE, MINE, type OwnerScope, scopeOfOwner } from '../../../src/domain/owner-scope.ts';
import { dataAge } from '../../../src/store/selectors.ts';
import { listRequests } from '../../../src/sync/refresh/list-requests.ts';
import { makeReport, makeTask, NOON } from '../../domain/builders.ts';
import { failure } from '../scripted-backend.ts';
import { type SyncFixture, schedule, syncFixture } from '../sync-fixture.ts';

const working = makeTask({ state: makeReport({ state: 'working' }) });

describe('the list', () => {
  it("requests the user's own tasks every five seconds while nothing changes", async () => {
    const fixture = syncFixture();
    schedule(fixture, ...listRequests(fixture)).wake();
    await fixture.clock.settle();
    expect(fixture.backend.open('list').args).toEqual([{ owner: 'me' }]);
    fixture.backend.open('list').answer([makeTask()]);
    await fixture.clock.advance(4_999);
    expect(fixture.state.tasks).toHaveLength(1);
    expect(fixture.backend.calls('list')).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('list')).toHaveLength(2);
  });

  it('polls every three seconds after a response that shows a transition', async () => {
    const fixture = syncFixture();
    schedule(fixture, ...listRequests(fixture)).wake();
    await fixture.clock.settle();
    fixture.backend.open('list').answer([working]);
    await fixture.clock.advance(2_999);
    expect(fixture.backend.calls('list')).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('list')).toHaveLength(2);
    fixture.backend.open('list').answer([makeTask()]);
    await fixture.clock.advance(4_999);
    expect(fixture.backend.calls('list')).toHaveLength(2);
  });

  it('polls at the configured interval, and is not stale within it', async () => {
    const fixture = syncFixture();
    const context = { ...fixture, pace: { list: 60, transcript: 1 } };
    schedule(context, ...listRequests(context)).wake();
    await fixture.clock.settle();
    fixture.backend.open('list').answer([makeTask()]);
    await fixture.clock.advance(59_999);
    expect(fixture.backend.calls('list')).toHaveLength(1);
    expect(dataAge(fixture.state.listFreshness, fixture.clock.now()).kind).toBe('live');
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('list')).toHaveLength(2);
    fixture.backend.open('list').answer([working]);
    await fixture.clock.advance(35_999);
    expect(fixture.backend.calls('list')).toHaveLength(2);
    await fixture.clock.advance(1);
    expect(fixture.backend.calls('list')).toHaveLength(3);
  });

  it('is stale only when a response is later than the response time explains', async () => {
    const fixture = syncFixture();
    schedule(fixture, ...listRequests(fixture)).wake();
    for (let round = 0; round < 3; round++) {
      await fixture.clock.advance(2_000);
      expect(dataAge(fixture.state.listFreshness, fixture.clock.now()).kind).toBe(
        round === 0 ? 'loading' : 'live',
      );
      fixture.backend.open('list').answer([makeTask()]);
      await fixture.clock.advance(17_999);
      expect(dataAge(fixture.state.listFreshness, fixture.clock.now()).kind).toBe('live');
      await fixture.clock.advance(1);
    }
    // The missing response makes the list stale.
    await fixture.clock.advance(10_000);
    expect(dataAge(fixture.state.listFreshness, fixture.clock.now()).kind).toBe('stale');
  });

  it('keeps the last data, and reports the error and the next try', async () => {
    const fixture = syncFixture({ tasks: [makeTask()] });
    schedule(fixture, ...listRequests(fixture)).wake();
    await fixture.clock.settle();
    const error = failure({ kind: 'unreachable' });
    fixture.backend.open('list').refuse(error);
    await fixture.clock.settle();
    expect(fixture.state.tasks).toHaveLength(1);
    // Never sooner than the configured interval.
    expect(fixture.state.listFreshness).toEqual({
      requestedAt: NOON,
      refreshMs: 5_000,
      error,
      retryAt: NOON + 5_000,
    });
    await fixture.clock.advance(5_000);
    fixture.backend.open('list').answer([]);
    await fixture.clock.settle();
    expect(fixture.state.listFreshness).toMatchObject({
      requestedAt: NOON + 5_000,
      error: null,
      retryAt: null,
    });
    expect(fixture.state.tasks).toEqual([]);
  });

  it('ignores the response of an aborted request', async () => {
    const fixture = syncFixture({ deaf: true });
    const scheduler = schedule(fixture, ...listRequests(fixture));
    scheduler.wake();
    await fixture.clock.settle();
    const [aborted] = fixture.backend.calls('list');
    scheduler.refresh();
    aborted?.answer([makeTask()]);
    await fixture.clock.settle();
    expect(fixture.state.listFreshness.requestedAt).toBeNull();
    expect(fixture.state.tasks).toEqual([]);
  });
});

describe('the list of another owner', () => {
  const choose = (fixture: SyncFixture, scope: OwnerScope): void =>
    fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
  const requests = (fixture: SyncFixture) => fixture.backend.calls('list').map(({ args: [query] }) => query);

  it('is requested at once, and the request for the one before is aborted', async () => {
    const fixture = syncFixture();
    schedule(fixture, ...listRequests(fixture)).wake();
    await fixture.clock.settle();
    const first = fixture.backend.open('list');
    choose(fixture, EVERYONE);
    choose(fixture, scopeOfOwner('bob'));
    await fixture.clock.settle();
    expect(first.signal.aborted).toBe(true);
    expect(requests(fixture)).toEqual([{ owner: 'me' }, { owner: 'bob' }]);
    fixture.backend.open('list').answer([makeTask({ ownerName: 'bob' })]);
    await fixture.clock.advance(5_000);
    expect(requests(fixture).slice(2)).toEqual([{ owner: 'bob' }]);
    expect(fixture.backend.maxOpen('list')).toBe(1);
  });

  it('is requested although the one before had to wait', async () => {
    const fixture = syncFixture();
    schedule(fixture, ...listRequests(fixture)).wake();
    await fixture.clock.settle();
    fixture.backend.open('list').refuse(failure({ kind: 'unreachable' }));
    await fixture.clock.settle();
    choose(fixture, EVERYONE);
    await fixture.clock.settle();
    expect(requests(fixture).at(-1)).toEqual({ owner: null });
  });

  it.each(['forbidden', 'invalid', 'not-found'] as const)(
    'that is refused (%s) is replaced by the one before, which is requested at once',
    async (kind) => {
      const fixture = syncFixture({ tasks: [makeTask()] });
      schedule(fixture, ...listRequests(fixture));
      choose(fixture, EVERYONE);
      await fixture.clock.settle();
      fixture.backend.open('list').refuse(failure({ kind, message: 'Only your own.' }));
      await fixture.clock.settle();
      expect(fixture.state.selectedScope).toEqual(MINE);
      expect(fixture.state.tasks).toHaveLength(1);
      expect(fixture.state.notice?.text).toBe('Cannot list the tasks of everyone: Only your own.');
      expect(requests(fixture)).toEqual([{ owner: null }, { owner: 'me' }]);
      fixture.backend.open('list').refuse(failure({ kind, message: 'Nor these.' }));
      await fixture.clock.settle();
      expect(fixture.state.listFreshness.error?.message).toBe('Nor these.');
    },
  );

  it('stays after a server error, and reports it', async () => {
    const fixture = syncFixture({ tasks: [makeTask()] });
    schedule(fixture, ...listRequests(fixture));
    choose(fixture, EVERYONE);
    await fixture.clock.settle();
    fixture.backend.open('list').refuse(failure());
    await fixture.clock.settle();
    expect(fixture.state.selectedScope).toEqual(EVERYONE);
    expect(fixture.state.listFreshness.error?.kind).toBe('server');
    expect(fixture.state.listFreshness.requestedAt).toBeNull();
  });
});
