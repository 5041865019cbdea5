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
  readonly deck: SyncFixture;
  readonly sync: ReturnType<typeof startSync>;
}> {
  const deck = syncFixture();
  const sync = startSync({ ...deck, outboxStorage: outboxStorage().rows() });
  await deck.clock.settle();
  deck.backend.open('list').answer([WORKING]);
  await deck.clock.settle();
  return { deck, sync };
}

describe('the start', () => {
  it('asks for the list and who is there, and for a task as soon as one is selected', async () => {
    const deck = syncFixture();
    startSync({ ...deck, outboxStorage: outboxStorage().rows() });
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ list: 1, serverInfo: 1, get: 0, transcript: 0 });
    deck.backend.open('list').answer([WORKING]);
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ list: 1, get: 1, transcript: 1 });
  });

  it('asks for a task that is selected from the start', async () => {
    const deck = syncFixture({ tasks: [WORKING] });
    startSync({ ...deck, outboxStorage: outboxStorage().rows() });
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ list: 1, get: 1, transcript: 1 });
  });
});

describe('a status that reports that the task begins to need the user', () => {
  it('has the list requested at once, for others that begin at the same moment', async () => {
    const { deck } = await started();
    const idle = makeTask({ id: 'a', state: makeReport({ state: 'idle' }) });
    expect(counts(deck)).toMatchObject({ list: 1, get: 1 });
    deck.backend.open('get').answer(idle);
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ list: 2 });
  });
});

describe('what the user does', () => {
  it('has the list and the task looked at anew when the server has answered', async () => {
    const { deck, sync } = await started();
    deck.backend.open('get').answer(WORKING);
    deck.backend.open('transcript').answer(live());
    await deck.clock.settle();
    const before = counts(deck);
    sync.operations.pause('a');
    await deck.clock.settle();
    deck.backend.open('pause').answer(makeBuild({ id: 'b', number: 2, transition: 'stop' }));
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ list: (before.list ?? 0) + 1, get: (before.get ?? 0) + 1 });
  });

  it('has the transcript looked at as soon as a message was taken', async () => {
    const { deck, sync } = await started();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    deck.receiveList(makeTask({ id: 'a' }));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    await deck.clock.settle();
    sync.outbox.add('a', 'main');
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    await deck.clock.settle();
    const before = deck.backend.calls('transcript').length;
    deck.backend.open('send').answer(undefined);
    await deck.clock.settle();
    expect(deck.backend.calls('transcript')).toHaveLength(before + 1);
  });
});

describe('the transcript', () => {
  it('is asked for once at a time, also while a message is looked for', async () => {
    const { deck, sync } = await started();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    deck.receiveList(makeTask({ id: 'a' }));
    await deck.clock.settle();
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    await deck.clock.settle();
    sync.outbox.add('a', 'main');
    deck.backend.open('transcript').answer(live(you(0, 'go')));
    await deck.clock.settle();
    deck.backend.open('send').refuse(failure({ kind: 'unreachable', tookEffect: 'maybe' }));
    await deck.clock.settle();
    expect(deck.state.deliveries[0]?.stage).toBe('unsure');
    for (let round = 0; round < 20 && deck.state.deliveries[0]?.stage === 'unsure'; round++) {
      if (deck.backend.calls('transcript').some(({ isOpen }) => isOpen)) {
        // Slow enough that whoever polls is due before the answer.
        await deck.clock.advance(1_000);
        deck.backend.open('transcript').answer(live(you(0, 'go')));
      }
      await deck.clock.advance(1_000);
    }
    expect(deck.backend.calls('transcript').length).toBeGreaterThan(8);
    expect(deck.backend.mostOpen('transcript')).toBe(1);
  });
});

describe('a refresh', () => {
  it('asks everything at once that is not known for good, whatever pause a failure called for, but not what the server asked to wait for', async () => {
    const { deck, sync } = await started();
    for (const method of ['get', 'serverInfo'] as const) deck.backend.open(method).refuse(failure());
    deck.backend.open('transcript').refuse(failure({ retryAfterMs: 60_000 }));
    await deck.clock.settle();
    // What the server did not tell the one does not keep the others.
    deck.backend.open('me').refuse(failure());
    await deck.clock.settle();
    deck.backend.open('templates').refuse(failure());
    await deck.clock.settle();
    const before = counts(deck);
    expect(before).toMatchObject({ get: 1, transcript: 1, serverInfo: 1 });
    sync.refresh();
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({
      list: (before.list ?? 0) + 1,
      get: 2,
      transcript: 1,
      serverInfo: 2,
    });
    deck.backend.open('serverInfo').answer({ version: 'v2', dashboardUrl: '' });
    await deck.clock.settle();
    deck.backend.open('me').answer({ id: 'u1', username: 'ada', name: '' });
    await deck.clock.settle();
    deck.backend.open('templates').answer([TEMPLATE]);
    await deck.clock.settle();
    sync.refresh();
    await deck.clock.settle();
    expect(counts(deck)).toMatchObject({ serverInfo: 2, me: 2 });
  });
});

describe('the end', () => {
  it('gives up everything, and leaves no timer behind', async () => {
    const { deck, sync } = await started();
    sync.outbox.add('a', 'main');
    sync.operations.pause('a');
    sync.stop();
    await deck.clock.settle();
    for (const method of EVERYTHING) {
      expect(deck.backend.calls(method).filter(({ isOpen }) => isOpen)).toEqual([]);
    }
    expect(deck.clock.due).toEqual([]);
    expect(deck.state.deliveries).toMatchObject([{ text: 'main', stage: 'waiting' }]);
    const before = counts(deck);
    deck.receiveList(makeTask({ id: 'b' }));
    await deck.clock.advance(60 * 60_000);
    expect(counts(deck)).toEqual(before);
  });
});
