import { afterAll, describe, expect, it } from 'vitest';
import { dataAge } from '../../src/store/selectors.ts';
import type { FaultId } from '../support/faults/faults.ts';
import { type HeadlessApp, openHeadlessApp, temporaryStorage } from '../support/faults/headless-app.ts';
import type { Method } from '../support/faults/recorder.ts';
import { KINDS } from '../support/faults/request-kind.ts';
import { manualTime } from '../support/faults/test-time.ts';
import { addTasks } from './scenarios.ts';

const { storage, dispose } = temporaryStorage();
afterAll(dispose);

/** A screen on which all is well, with a working task selected. */
async function healthyApp(): Promise<HeadlessApp> {
  let working = '';
  const world = await openHeadlessApp({
    storage,
    time: manualTime,
    prepare({ model }) {
      ({ working } = addTasks(model));
    },
  });
  await world.time.pass(3_000);
  world.select(working);
  await world.time.pass(7_000);
  return world;
}

const ageOfTranscript = ({ state }: HeadlessApp) => {
  const entry = state.transcripts.get(state.view.selected ?? '');
  return entry === undefined ? null : { at: entry.requestedAt ?? 0, ...dataAge(entry, state.now) };
};

/** What is shown that is not newer than `at`, or not said to be live. */
function notFresh(world: HeadlessApp, at: number): readonly string[] {
  const { listFreshness, now } = world.state;
  const transcript = ageOfTranscript(world);
  return [
    ...((listFreshness.requestedAt ?? 0) >= at && dataAge(listFreshness, now).kind === 'live'
      ? []
      : ['list']),
    ...((transcript?.at ?? 0) >= at && transcript?.kind === 'live' ? [] : ['transcript']),
  ];
}

const asked = (world: HeadlessApp, method: Method, from: number) =>
  world.calls.filter((each) => each.method === method && each.at >= from);

const mostAtOnce = (world: HeadlessApp, method: Method): number =>
  Math.max(
    ...asked(world, method, 0).map(
      ({ at }) =>
        asked(world, method, 0).filter((other) => other.at <= at && (other.ended ?? Infinity) > at).length,
    ),
  );

describe('a server that hangs as a whole and returns', () => {
  it.each([1, 3, 6, 9, 12, 17, 24, 39, 62, 104, 300, 1_800])(
    'after %i s has everything fresh again within 15 s',
    async (seconds) => {
      const world = await healthyApp();
      await world.server.injectFault('hang-before', KINDS);
      await world.time.pass(seconds * 1_000);
      await world.server.injectFault(null);
      const back = world.time.clock.now();
      await world.time.pass(15_000);
      expect(notFresh(world, back)).toEqual([]);
      for (const method of ['list', 'transcript', 'get', 'probe'] as const)
        expect(mostAtOnce(world, method), method).toBeLessThan(2);
      await world.close();
    },
  );

  it('has one probe in 5 s, however many polls are silent, and none before the first has been for 5 s', async () => {
    const world = await healthyApp();
    const from = world.time.clock.now();
    await world.server.injectFault('hang-before', KINDS);
    await world.time.pass(65_000);
    const probes = asked(world, 'probe', 0);
    const first = world.calls.find((each) => each.at >= from)?.at ?? 0;
    expect(probes[0]?.at).toBe(first + 5_000);
    expect(probes.slice(1).every(({ at }, index) => at - (probes[index]?.at ?? 0) >= 5_000)).toBe(true);
    expect(probes.length).toBeGreaterThan(8);
    await world.close();
  });

  it('is not probed while it answers', async () => {
    const world = await healthyApp();
    await world.time.pass(300_000);
    expect(asked(world, 'probe', 0)).toEqual([]);
    await world.close();
  });
});

it('connections that something on the way has forgotten are given up in seconds, all at once', async () => {
  const world = await healthyApp();
  world.server.loseConnections();
  const lost = world.time.clock.now();
  // Until the next poll begins, and 10 s without a byte.
  await world.time.pass(15_000);
  expect(notFresh(world, lost)).toEqual([]);
  const hung = world.calls.filter(({ at, error }) => at >= lost && error?.kind === 'timeout');
  expect(new Set(hung.map(({ method }) => method)).size).toBe(hung.length);
  await world.close();
});

it('a proxy that is restarted: old connections are lost, and new ones hang until it is up', async () => {
  const world = await healthyApp();
  world.server.loseConnections();
  await world.server.injectFault('hang-before', KINDS);
  await world.time.pass(40_000);
  await world.server.injectFault(null);
  const back = world.time.clock.now();
  await world.time.pass(15_000);
  expect(notFresh(world, back)).toEqual([]);
  await world.close();
});

it('where only the list hangs, its limit doubles from 10 s to 35 s, and the rest stays live', async () => {
  const world = await healthyApp();
  const from = world.time.clock.now();
  await world.server.injectFault('hang-before', ['list']);
  await world.time.pass(140_000);
  const spans = asked(world, 'list', from).map(({ at, ended }) => (ended ?? Infinity) - at);
  expect(spans.slice(0, 4)).toEqual([10_000, 20_000, 35_000, 35_000]);
  expect(ageOfTranscript(world)?.kind).toBe('live');
  expect(mostAtOnce(world, 'list')).toBe(1);
  await world.server.injectFault(null);
  const back = world.time.clock.now();
  await world.time.pass(36_000);
  expect(notFresh(world, back)).toEqual([]);
  await world.close();
});

it.each([
  ['takes 20 s', 'slow'],
  ['drips for 30 s', 'drip'],
] as const)('a server that %s from the beginning is live', async (_, fault: FaultId) => {
  const world = await openHeadlessApp({
    storage,
    time: manualTime,
    async prepare(server) {
      addTasks(server.model);
      await server.injectFault(fault, ['list', 'transcript', 'task']);
    },
  });
  await world.time.pass(35_000);
  for (let minute = 0; minute < 12; minute++) {
    expect(dataAge(world.state.listFreshness, world.state.now).kind).toBe('live');
    await world.time.pass(60_000);
  }
  expect(world.calls.filter(({ error }) => error !== null)).toEqual([]);
  expect(mostAtOnce(world, 'list')).toBe(1);
  await world.close();
});
