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

/** An app with live data and a working task selected. */
async function healthyApp(): Promise<HeadlessApp> {
  let working = '';
  const app = await openHeadlessApp({
    storage,
    time: manualTime,
    prepare({ model }) {
      ({ working } = addTasks(model));
    },
  });
  await app.time.pass(3_000);
  app.select(working);
  await app.time.pass(7_000);
  return app;
}

const ageOfTranscript = ({ state }: HeadlessApp) => {
  const entry = state.transcripts.get(state.view.selected ?? '');
  return entry === undefined ? null : { at: entry.requestedAt ?? 0, ...dataAge(entry, state.now) };
};

/** Names of the panes whose data is older than `at`, or not live. */
function notFresh(app: HeadlessApp, at: number): readonly string[] {
  const { listFreshness, now } = app.state;
  const transcript = ageOfTranscript(app);
  return [
    ...((listFreshness.requestedAt ?? 0) >= at && dataAge(listFreshness, now).kind === 'live'
      ? []
      : ['list']),
    ...((transcript?.at ?? 0) >= at && transcript?.kind === 'live' ? [] : ['transcript']),
  ];
}

const callsOf = (app: HeadlessApp, method: Method, from: number) =>
  app.calls.filter((each) => each.method === method && each.at >= from);

const maxInFlight = (app: HeadlessApp, method: Method): number =>
  Math.max(
    ...callsOf(app, method, 0).map(
      ({ at }) =>
        callsOf(app, method, 0).filter((other) => other.at <= at && (other.ended ?? Infinity) > at).length,
    ),
  );

describe('a server that hangs on every request and recovers', () => {
  it.each([1, 3, 6, 9, 12, 17, 24, 39, 62, 104, 300, 1_800])(
    'after %i s: all data is live within 15 s',
    async (seconds) => {
      const app = await healthyApp();
      await app.server.injectFault('hang-before', KINDS);
      await app.time.pass(seconds * 1_000);
      await app.server.injectFault(null);
      const back = app.time.clock.now();
      await app.time.pass(15_000);
      expect(notFresh(app, back)).toEqual([]);
      for (const method of ['list', 'transcript', 'get', 'probe'] as const)
        expect(maxInFlight(app, method), method).toBeLessThan(2);
      await app.close();
    },
  );

  it('is probed every 5 s at most, and first when a poll has had no answer for 5 s', async () => {
    const app = await healthyApp();
    const from = app.time.clock.now();
    await app.server.injectFault('hang-before', KINDS);
    await app.time.pass(65_000);
    const probes = callsOf(app, 'probe', 0);
    const first = app.calls.find((each) => each.at >= from)?.at ?? 0;
    expect(probes[0]?.at).toBe(first + 5_000);
    expect(probes.slice(1).every(({ at }, index) => at - (probes[index]?.at ?? 0) >= 5_000)).toBe(true);
    expect(probes.length).toBeGreaterThan(8);
    await app.close();
  });

  it('is not probed while it answers', async () => {
    const app = await healthyApp();
    await app.time.pass(300_000);
    expect(callsOf(app, 'probe', 0)).toEqual([]);
    await app.close();
  });
});

it('connections that a NAT dropped time out together within seconds', async () => {
  const app = await healthyApp();
  app.server.loseConnections();
  const lost = app.time.clock.now();
  // The next poll starts, then times out after 10 s without a byte.
  await app.time.pass(15_000);
  expect(notFresh(app, lost)).toEqual([]);
  const hung = app.calls.filter(({ at, error }) => at >= lost && error?.kind === 'timeout');
  expect(new Set(hung.map(({ method }) => method)).size).toBe(hung.length);
  await app.close();
});

it('a restarted proxy: data is live within 15 s, although old connections are lost and new ones hang', async () => {
  const app = await healthyApp();
  app.server.loseConnections();
  await app.server.injectFault('hang-before', KINDS);
  await app.time.pass(40_000);
  await app.server.injectFault(null);
  const back = app.time.clock.now();
  await app.time.pass(15_000);
  expect(notFresh(app, back)).toEqual([]);
  await app.close();
});

it('if only the list hangs, its time-out grows from 10 s to 35 s, and the transcript stays live', async () => {
  const app = await healthyApp();
  const from = app.time.clock.now();
  await app.server.injectFault('hang-before', ['list']);
  await app.time.pass(140_000);
  const spans = callsOf(app, 'list', from).map(({ at, ended }) => (ended ?? Infinity) - at);
  expect(spans.slice(0, 4)).toEqual([10_000, 20_000, 35_000, 35_000]);
  expect(ageOfTranscript(app)?.kind).toBe('live');
  expect(maxInFlight(app, 'list')).toBe(1);
  await app.server.injectFault(null);
  const back = app.time.clock.now();
  await app.time.pass(36_000);
  expect(notFresh(app, back)).toEqual([]);
  await app.close();
});

it.each([
  ['take 20 s', 'slow'],
  ['arrive in pieces over 30 s', 'drip'],
] as const)('a server whose responses %s from the start is shown as live', async (_, fault: FaultId) => {
  const app = await openHeadlessApp({
    storage,
    time: manualTime,
    async prepare(server) {
      addTasks(server.model);
      await server.injectFault(fault, ['list', 'transcript', 'task']);
    },
  });
  await app.time.pass(35_000);
  for (let minute = 0; minute < 12; minute++) {
    expect(dataAge(app.state.listFreshness, app.state.now).kind).toBe('live');
    await app.time.pass(60_000);
  }
  expect(app.calls.filter(({ error }) => error !== null)).toEqual([]);
  expect(maxInFlight(app, 'list')).toBe(1);
  await app.close();
});
