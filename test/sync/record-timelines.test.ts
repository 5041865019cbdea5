import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { AgentState, Task } from '../../src/domain/task.ts';
import { mergeSegments } from '../../src/domain/timeline.ts';
import { selectedTask } from '../../src/store/selectors.ts';
import { recordTimelines } from '../../src/sync/record-timelines.ts';
import { timelineView } from '../../src/view/detail/timeline-view.ts';
import { MINUTE, makeReport, makeTask, NOON, type TaskFields } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { CLOCK_EVENTS } from '../support/manual-clock.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const since = (agent: AgentState, at: number, about: TaskFields = {}): Task =>
  makeTask({ id: 'a', createdAt: NOON - 30 * MINUTE, state: makeReport({ state: agent, at }), ...about });

/** A run of taskdeck on the same file that starts at `startAt`. */
async function run(startAt: number): Promise<{ fixture: SyncFixture; stop: () => void }> {
  const fixture = syncFixture();
  await fixture.clock.advance(startAt - NOON);
  const memory = state.open().timeline(ada);
  const { store, clock } = fixture;
  const stop = recordTimelines({ store, storage: memory, clock, random: () => startAt / 1e15 });
  return { fixture, stop };
}

/** Lists the unchanged task every ten seconds for `minutes`. */
async function observe(fixture: SyncFixture, task: Task, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes * MINUTE; passed += 10_000) {
    fixture.receiveList(task);
    await fixture.clock.advance(10_000);
  }
  fixture.receiveList(task);
}

/** The timeline in the state, in minutes from noon. */
const timelineOf = ({ state: now }: SyncFixture): string => {
  const task = selectedTask(now);
  const view = task === null ? null : timelineView(now, task);
  return (view?.spans ?? [])
    .map(({ activity, from, until }) => `${activity} ${(from - NOON) / MINUTE}..${(until - NOON) / MINUTE}`)
    .join(', ');
};

describe('while taskdeck runs', () => {
  it('shows what the server proves, and observed changes', async () => {
    const { fixture } = await run(NOON);
    await observe(fixture, since('working', NOON - 14 * MINUTE), 2);
    await fixture.clock.settle();
    expect(timelineOf(fixture)).toBe('unknown -30..-14, working -14..2');
    await observe(fixture, since('idle', NOON + 2 * MINUTE), 3);
    expect(timelineOf(fixture)).toBe('unknown -30..-14, working -14..2, waiting 2..5');
    await observe(fixture, since('idle', NOON + 2 * MINUTE, { status: 'paused', buildNumber: 2 }), 0);
    await fixture.clock.advance(500);
    expect(timelineOf(fixture)).toMatch(/waiting 2\.\.5$/);
  });

  it('shows a time without observation as unknown', async () => {
    const { fixture } = await run(NOON);
    const paused = (build: number) =>
      makeTask({
        id: 'a',
        status: 'paused',
        buildNumber: build,
        createdAt: NOON,
        updatedAt: NOON,
        state: null,
      });
    await observe(fixture, paused(2), 1);
    await fixture.clock.advance(10 * MINUTE);
    await observe(fixture, paused(4), 1);
    expect(timelineOf(fixture)).toBe('paused 0..1, unknown 1..11, paused 11..12');
  });

  it('shows the time in another scope as unknown, without ending a segment', async () => {
    const { fixture, stop } = await run(NOON);
    const bobs = since('idle', NOON, { id: 'x', ownerName: 'bob' });
    const choose = (scope: OwnerScope): void =>
      fixture.store.dispatch({ type: 'scope-selected', scope, now: fixture.clock.now() });
    await observe(fixture, since('working', NOON), 2);
    await observe(fixture, since('idle', NOON + 2 * MINUTE), 1);
    choose(scopeOfOwner('bob'));
    await observe(fixture, bobs, 5);
    choose(MINE);
    await observe(fixture, since('working', NOON + 6 * MINUTE), 1);
    expect(timelineOf(fixture)).toBe(
      'unknown -30..0, working 0..2, waiting 2..3, unknown 3..6, working 6..9',
    );
    choose(scopeOfOwner('bob'));
    await observe(fixture, bobs, 5);
    choose(MINE);
    await observe(fixture, since('working', NOON + 6 * MINUTE), 1);
    // Its report proves that it worked throughout.
    const seen = 'unknown -30..0, working 0..2, waiting 2..3, unknown 3..6, working 6..15';
    expect(timelineOf(fixture)).toBe(seen);
    stop();
    const next = await run(NOON + 15 * MINUTE);
    next.fixture.receiveList(since('working', NOON + 6 * MINUTE));
    await next.fixture.clock.settle();
    expect(timelineOf(next.fixture)).toBe(seen);
    next.stop();
  });

  it('writes only a heartbeat per minute while nothing changes', async () => {
    const fixture = syncFixture();
    const writes: number[] = [];
    const real = state.open().timeline(ada);
    const memory = {
      ...real,
      write: (...args: Parameters<typeof real.write>) => {
        writes.push(args[1].length);
        return real.write(...args);
      },
    };
    recordTimelines({ store: fixture.store, storage: memory, clock: fixture.clock, random: () => 0.5 });
    const task = since('idle', NOON - MINUTE);
    for (let look = 0; look < 60; look++) {
      fixture.receiveList(task);
      await fixture.clock.advance(10_000);
    }
    expect(writes[0]).toBe(1);
    expect(writes.slice(1).every((changes) => changes === 0)).toBe(true);
    expect(writes.length).toBeLessThanOrEqual(11);
  });

  it('writes changes of a long list first, and the rest in batches', async () => {
    const fixture = syncFixture();
    const written: string[][] = [];
    const real = state.open().timeline(ada);
    const memory = {
      ...real,
      write: (...args: Parameters<typeof real.write>) => {
        written.push(args[1].map(({ taskId, startedSegment }) => `${taskId} ${startedSegment?.activity}`));
        return real.write(...args);
      },
    };
    const stop = recordTimelines({
      store: fixture.store,
      storage: memory,
      clock: fixture.clock,
      random: () => 0.5,
    });
    const tasks = Array.from({ length: 2_000 }, (_, n) => since('idle', NOON - MINUTE, { id: `t${n}` }));
    fixture.receiveList(...tasks);
    await fixture.clock.advance(20_000);
    expect(written.map(({ length }) => length)).toEqual([100]);
    fixture.receiveList(...tasks.slice(0, -1), since('working', NOON, { id: 't1999' }));
    await fixture.clock.advance(10_000);
    expect(written[1]?.slice(0, 2)).toEqual(['t1999 waiting', 't1999 working']);
    expect(written.map(({ length }) => length)).toEqual([100, 100]);
    stop();
    expect(written[2]).toHaveLength(1_000);
    expect(new Set(written.flat()).size).toBe(1_200);
    expect(real.read('t1999').map(({ activity }) => activity)).toEqual(['waiting', 'working']);
  });
});

describe('over a restart', () => {
  it('records are loaded, and a gap without proof from the server is unknown', async () => {
    const first = await run(NOON);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON + 12 * MINUTE);
    await observe(second.fixture, since('idle', NOON + 8 * MINUTE), 0);
    await second.fixture.clock.advance(500);
    second.fixture.receiveList(since('idle', NOON + 8 * MINUTE));
    expect(timelineOf(second.fixture)).toBe('unknown -30..-10, working -10..2, unknown 2..8, waiting 8..12');
  });

  it('an agent without a new report counts as working throughout', async () => {
    const first = await run(NOON);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON + 12 * MINUTE);
    await observe(second.fixture, since('working', NOON - 10 * MINUTE), 1);
    expect(timelineOf(second.fixture)).toBe('unknown -30..-10, working -10..13');
  });

  it('a crash loses at most a minute', async () => {
    const first = await run(NOON);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 5);
    const [stretch] = mergeSegments(state.open().timeline(ada).read('a'));
    expect(stretch?.until).toBeGreaterThanOrEqual(NOON + 4 * MINUTE);
  });

  it('a gap is unknown although the clock was set back during the earlier run', async () => {
    const first = await run(NOON);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 2);
    first.fixture.clock.step(-5 * MINUTE);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    // By wall clock, the first run ends at 11:59 and the second starts at 12:01.
    const second = await run(NOON + MINUTE);
    await observe(second.fixture, since('idle', NOON + MINUTE), 0);
    await second.fixture.clock.advance(2 * MINUTE);
    second.fixture.receiveList(since('idle', NOON + MINUTE));
    expect(timelineOf(second.fixture)).toBe('unknown -30..-10, working -10..-1, unknown -1..1, waiting 1..3');
  });

  it('segments from before the clock was set back end now at the latest', async () => {
    const first = await run(NOON + 30 * MINUTE);
    await observe(first.fixture, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON);
    await observe(second.fixture, since('working', NOON - 10 * MINUTE), 0);
    await second.fixture.clock.advance(500);
    const [stretch] = second.fixture.state.timelines.get('a') ?? [];
    expect(stretch?.until).toBe(NOON);
  });

  it.each(CLOCK_EVENTS)('what was seen is stored by the wall clock when %s', async (_, happens) => {
    const { fixture, stop } = await run(NOON);
    happens(fixture.clock);
    // A timer detects the sleep.
    fixture.clock.after(1_000, () => undefined);
    await fixture.clock.advance(1_000);
    const startAt = fixture.clock.now();
    await observe(fixture, since('working', startAt - 10 * MINUTE), 2);
    const wallNow = fixture.clock.wall();
    stop();
    const stored = mergeSegments(state.open().timeline(ada).read('a'));
    expect(stored.map(({ from, until }) => [from - wallNow, until - wallNow])).toEqual([[-12 * MINUTE, 0]]);
  });

  it('two instances record it once', async () => {
    const one = await run(NOON);
    const other = await run(NOON + 5_000);
    await observe(one.fixture, since('working', NOON - 10 * MINUTE), 1);
    await observe(other.fixture, since('working', NOON - 10 * MINUTE), 1);
    await observe(one.fixture, since('idle', NOON + MINUTE), 1);
    await observe(other.fixture, since('idle', NOON + MINUTE), 1);
    one.stop();
    other.stop();
    expect(mergeSegments(state.open().timeline(ada).read('a')).map(({ activity }) => activity)).toEqual([
      'working',
      'waiting',
    ]);
  });
});

it('the past of a task that a held key passes is not loaded', async () => {
  const fixture = syncFixture();
  const read: string[] = [];
  const real = state.open().timeline(ada);
  const memory = {
    ...real,
    read: (id: string) => {
      read.push(id);
      return real.read(id);
    },
  };
  recordTimelines({ store: fixture.store, storage: memory, clock: fixture.clock, random: () => 0.5 });
  fixture.receiveList(since('idle', NOON), makeTask({ id: 'b' }), makeTask({ id: 'c' }));
  await fixture.clock.advance(500);
  fixture.select('b');
  fixture.select('c');
  await fixture.clock.advance(500);
  expect(read).toEqual(['a', 'c']);
});
