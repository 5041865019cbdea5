import { describe, expect, it } from 'vitest';
import { startSync } from '../../src/sync/sync.ts';
import { live, makeBuild, makeReport, makeTask, you } from '../domain/builders.ts';
import { TEMPLATE } from '../store/state-builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure, type Method } from './scripted-backend.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

const WORKING = makeTask({ id: 'a', state: makeReport({ state: 'working' }) });
const EVERYTHING: readonly Method[] = [
  'list',
  'get',
  'transcript',
  'me',
  'serverInfo',
  'templates',
  'send',
  'pause',
];

const counts = ({ backend }: SyncFixture) =>
  Object.fromEntries(EVERYTHING.map((method) => [method, backend.calls(method).length]));

async function started(): Promise<{
  readonly fixture: SyncFixture;
  readonly sync: ReturnType<typeof startSync>;
}> {
  const fixture = syncFixture();
  const sync = startSync({ ...fixture, outboxStorage: outboxStorage().rows() });
  await fixture.clock.settle();
  fixture.backend.open('list').answer([WORKING]);
  await fixture.clock.settle();
  return { fixture, sync };
}

describe('the start', () => {
  it('requests the list and the identity, and a task once it is selected', async () => {
    const fixture = syncFixture();
    startSync({ ...fixture, outboxStorage: outboxStorage().rows() });
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ list: 1, serverInfo: 1, get: 0, transcript: 0 });
    fixture.backend.open('list').answer([WORKING]);
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ list: 1, get: 1, transcript: 1 });
  });

  it('requests a task that is already selected', async () => {
    const fixture = syncFixture({ tasks: [WORKING] });
    startSync({ ...fixture, outboxStorage: outboxStorage().rows() });
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ list: 1, get: 1, transcript: 1 });
  });
});

describe('a status that shows that the task needs the user', () => {
  it('polls the list at once, for others that need the user too', async () => {
    const { fixture } = await started();
    const idle = makeTask({ id: 'a', state: makeReport({ state: 'idle' }) });
    expect(counts(fixture)).toMatchObject({ list: 1, get: 1 });
    fixture.backend.open('get').answer(idle);
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ list: 2 });
  });
});

describe('a user action', () => {
  const acting = async () => {
    const { fixture, sync } = await started();
    fixture.backend.open('get').answer(WORKING);
    fixture.backend.open('transcript').answer(live());
    await fixture.clock.settle();
    const before = counts(fixture);
    void sync.operations.act('pause', 'a');
    await fixture.clock.settle();
    return { fixture, before };
  };

  it('requests nothing again that its answer settles', async () => {
    const { fixture, before } = await acting();
    fixture.backend.open('pause').answer(makeBuild({ id: 'b', number: 2, transition: 'stop' }));
    await fixture.clock.settle();
    expect(counts(fixture)).toEqual({ ...before, pause: 1 });
    expect(fixture.state.tasks[0]?.facts).toMatchObject({ buildNumber: 2, status: 'unknown' });
    expect(fixture.state.builds.get('a')?.build.id).toBe('b');
  });

  it('polls the list and the task after an answer that does not settle it', async () => {
    const { fixture, before } = await acting();
    fixture.backend.open('pause').answer(makeBuild({ id: 'b', number: 2, transition: 'rebase' }));
    await fixture.clock.advance(1_000);
    expect(counts(fixture)).toMatchObject({ list: (before.list ?? 0) + 1, get: (before.get ?? 0) + 1 });
  });

  it('polls the list and the task after a failure', async () => {
    const { fixture, before } = await acting();
    fixture.backend.open('pause').refuse(failure());
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ list: (before.list ?? 0) + 1, get: (before.get ?? 0) + 1 });
  });

  it('polls the transcript as soon as the server accepts a message', async () => {
    const { fixture, sync } = await started();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    fixture.receiveList(makeTask({ id: 'a' }));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    await fixture.clock.settle();
    sync.outbox.add('a', 'main');
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    await fixture.clock.settle();
    const before = fixture.backend.calls('transcript').length;
    fixture.backend.open('send').answer({ kind: 'accepted' });
    await fixture.clock.settle();
    expect(fixture.backend.calls('transcript')).toHaveLength(before + 1);
  });
});

describe('the transcript', () => {
  it('is requested once at a time, even while the outbox reads it', async () => {
    const { fixture, sync } = await started();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    fixture.receiveList(makeTask({ id: 'a' }));
    await fixture.clock.settle();
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    await fixture.clock.settle();
    sync.outbox.add('a', 'main');
    fixture.backend.open('transcript').answer(live(you(0, 'go')));
    await fixture.clock.settle();
    fixture.backend.open('send').refuse(failure({ kind: 'unreachable', tookEffect: 'maybe' }));
    await fixture.clock.settle();
    expect(fixture.state.deliveries[0]?.stage).toBe('unsure');
    for (let round = 0; round < 20 && fixture.state.deliveries[0]?.stage === 'unsure'; round++) {
      if (fixture.backend.calls('transcript').some(({ isOpen }) => isOpen)) {
        // Slow enough that a poll is due before the response.
        await fixture.clock.advance(1_000);
        fixture.backend.open('transcript').answer(live(you(0, 'go')));
      }
      await fixture.clock.advance(1_000);
    }
    expect(fixture.backend.calls('transcript').length).toBeGreaterThan(8);
    expect(fixture.backend.maxOpen('transcript')).toBe(1);
  });
});

describe('a refresh', () => {
  it('polls everything at once without back-off, but obeys a Retry-After', async () => {
    const { fixture, sync } = await started();
    for (const method of ['get', 'serverInfo'] as const) fixture.backend.open(method).refuse(failure());
    fixture.backend.open('transcript').refuse(failure({ retryAfterMs: 60_000 }));
    await fixture.clock.settle();
    // A failed loader does not stop the others.
    fixture.backend.open('me').refuse(failure());
    await fixture.clock.settle();
    fixture.backend.open('templates').refuse(failure());
    await fixture.clock.settle();
    const before = counts(fixture);
    expect(before).toMatchObject({ get: 1, transcript: 1, serverInfo: 1 });
    sync.refresh();
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({
      list: (before.list ?? 0) + 1,
      get: 2,
      transcript: 1,
      serverInfo: 2,
    });
    fixture.backend.open('serverInfo').answer({ version: 'v2', dashboardUrl: '' });
    await fixture.clock.settle();
    fixture.backend.open('me').answer({ id: 'u1', username: 'ada', name: '' });
    await fixture.clock.settle();
    fixture.backend.open('templates').answer([TEMPLATE]);
    await fixture.clock.settle();
    sync.refresh();
    await fixture.clock.settle();
    expect(counts(fixture)).toMatchObject({ serverInfo: 2, me: 2 });
  });
});

describe('the end', () => {
  it('aborts everything, and leaves no timer behind', async () => {
    const { fixture, sync } = await started();
    sync.outbox.add('a', 'main');
    sync.operations.act('pause', 'a');
    sync.stop();
    await fixture.clock.settle();
    for (const method of EVERYTHING) {
      expect(fixture.backend.calls(method).filter(({ isOpen }) => isOpen)).toEqual([]);
    }
    expect(fixture.clock.due).toEqual([]);
    expect(fixture.state.deliveries).toMatchObject([{ text: 'main', stage: 'waiting' }]);
    const before = counts(fixture);
    fixture.receiveList(makeTask({ id: 'b' }));
    await fixture.clock.advance(60 * 60_000);
    expect(counts(fixture)).toEqual(before);
  });
});
