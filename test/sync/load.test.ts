import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/domain/ports/source.ts';
import type { Task } from '../../src/domain/task.ts';
import { sleep } from '../../src/platform/sleep.ts';
import { DEFAULT_PACE, transcriptInterval, unfocusedFactor } from '../../src/sync/refresh/intervals.ts';
import { startSync } from '../../src/sync/sync.ts';
import { live, MINUTE, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import { recordCalls } from '../support/faults/recorder.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { syncFixture } from './sync-fixture.ts';

const idle = makeTask({ id: 'a' });
const working = makeTask({ id: 'a', state: makeReport({ state: 'working', at: NOON }) });

/** Starts sync with a server that takes `tookMs` per response, and records all requests. */
async function startSyncWith(task: Task, tookMs: number) {
  const fixture = syncFixture();
  const { clock, store } = fixture;
  const after =
    <T>(value: T) =>
    async (...args: readonly unknown[]): Promise<T> => {
      const index = args.findIndex((arg) => arg instanceof AbortSignal);
      const [signal, onProgress] = args.slice(index) as [AbortSignal, (() => void)?];
      await sleep(clock, tookMs, signal);
      signal.throwIfAborted();
      onProgress?.();
      return value;
    };
  const answers = {
    serverInfo: after({ version: 'v2', dashboardUrl: '' }),
    me: after({ id: 'u1', username: 'ada', name: '' }),
    templates: after([]),
  };
  const source: Source = {
    ...fixture.backend.sources[0],
    list: after([task]),
    get: after(task),
    transcript: after(live(you(0, 'go'))),
  };
  const { backend, calls } = recordCalls({ ...fixture.backend, ...answers, sources: [source] }, clock);
  const sync = startSync({
    ...fixture,
    backend,
    outboxStorage: outboxStorage().open().outbox({ origin: 'x', user: 'ada' }),
  });
  const share = (method: string, from: number): number => {
    const all = calls.filter((each) => each.method === method && each.at >= from);
    const busy = all.reduce((sum, { at, ended }) => sum + ((ended ?? clock.now()) - at), 0);
    return busy / (clock.now() - from);
  };
  const count = (method: string): number => calls.filter((each) => each.method === method).length;
  const focus = (focused: boolean): void =>
    store.dispatch({ type: 'window-focus-changed', focused, now: clock.now() });
  return { ...fixture, sync, calls, share, count, focus };
}

describe('the load on the server', () => {
  it.each([100, 1_000, 5_000, 20_000, 30_000])(
    'is at most 10 % per kind of request when responses take %s ms',
    async (ms) => {
      const { clock, share, sync, count } = await startSyncWith(working, ms);
      await clock.advance(60 * MINUTE);
      for (const method of ['list', 'get', 'transcript']) {
        expect(share(method, NOON)).toBeLessThanOrEqual(0.1 + (ms / MINUTE) * 0.02);
        expect(count(method)).toBeGreaterThan(5);
      }
      sync.stop();
    },
  );

  it('is as configured while responses are fast', async () => {
    const { clock, count, sync } = await startSyncWith(working, 0);
    await clock.advance(10 * MINUTE);
    expect(count('list')).toBe(1 + 200);
    expect(count('transcript')).toBe(1 + 600);
    expect(count('get')).toBe(1 + 300);
    sync.stop();
  });
});

describe('while the terminal has no focus', () => {
  it('fewer requests are sent, but enough to notice a task that needs the user', async () => {
    const { clock, count, sync, focus } = await startSyncWith(working, 0);
    focus(false);
    await clock.advance(10 * MINUTE);
    expect(count('list')).toBeLessThanOrEqual(2 + 100);
    expect(count('list')).toBeGreaterThan(90);
    expect(count('transcript')).toBeLessThanOrEqual(2 + 200);
    expect(count('transcript')).toBeGreaterThan(150);
    sync.stop();
  });

  it('the focus polls at once what is due at the usual interval, and nothing else', async () => {
    const { clock, calls, sync, focus } = await startSyncWith(idle, 0);
    focus(false);
    await clock.advance(10 * MINUTE + 9_000);
    const before = calls.length;
    focus(true);
    await clock.settle();
    expect(calls.slice(before).map(({ method }) => method)).toContain('list');
    const then = calls.length;
    for (let flip = 0; flip < 20; flip++) {
      focus(false);
      focus(true);
      await clock.settle();
    }
    expect(calls).toHaveLength(then);
    sync.stop();
  });

  it('a terminal that never reports its focus counts as focused', () => {
    expect([null, true, false].map((focused) => unfocusedFactor('list', focused))).toEqual([1, 1, 2]);
    expect([null, true, false].map((focused) => unfocusedFactor('detail', focused))).toEqual([1, 1, 3]);
  });
});

it('a task that has been idle for long is polled less often', () => {
  expect(transcriptInterval('idle', DEFAULT_PACE, 14 * MINUTE)).toBe(4_000);
  expect(transcriptInterval('idle', DEFAULT_PACE, 15 * MINUTE)).toBe(12_000);
  expect(transcriptInterval('working', DEFAULT_PACE, 60 * MINUTE)).toBe(1_000);
});

it('nothing is polled while taskdeck is suspended, and everything after it', async () => {
  const { clock, calls, sync, count } = await startSyncWith(working, 10);
  await clock.advance(MINUTE);
  sync.suspend();
  await clock.settle();
  expect(calls.every(({ ended }) => ended !== null)).toBe(true);
  const before = calls.length;
  await clock.advance(60 * MINUTE);
  expect(calls).toHaveLength(before);
  const lists = count('list');
  sync.refresh();
  await clock.settle();
  expect(count('list')).toBe(lists + 1);
  await clock.advance(MINUTE);
  expect(count('list')).toBeGreaterThan(lists + 10);
  sync.stop();
});

it('a held refresh key polls no faster than the transcript interval', async () => {
  const { clock, count, sync } = await startSyncWith(working, 0);
  await clock.advance(MINUTE);
  const before = count('list');
  for (let key = 0; key < 300; key++) {
    sync.refresh();
    await clock.advance(33);
  }
  expect(count('list') - before).toBeLessThanOrEqual(11);
  sync.stop();
});
