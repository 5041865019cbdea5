import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINE, type OwnerScope, scopeOfOwner } from '../../src/domain/owner-scope.ts';
import type { AgentState, Task } from '../../src/domain/task.ts';
import { mergeSegments } from '../../src/domain/timeline.ts';
import { selectedTask } from '../../src/store/selectors.ts';
import { timelineView } from '../../src/store/timeline-view.ts';
import { recordTimelines } from '../../src/sync/record-timelines.ts';
import { MINUTE, makeReport, makeTask, NOON } from '../domain/builders.ts';
import { ada, stateDirectory } from '../storage/storage-fixture.ts';
import { CLOCK_EVENTS } from '../support/manual-clock.ts';
import { type SyncFixture, syncFixture } from './sync-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const since = (agent: AgentState, at: number, about: Partial<Task> = {}): Task =>
  makeTask({ id: 'a', createdAt: NOON - 30 * MINUTE, state: makeReport({ state: agent, at }), ...about });

/** One run of taskdeck on the same file, at its own time. */
async function run(startAt: number): Promise<{ deck: SyncFixture; stop: () => void }> {
  const deck = syncFixture();
  await deck.clock.advance(startAt - NOON);
  const memory = state.open().timeline(ada);
  const { store, clock } = deck;
  const stop = recordTimelines({ store, storage: memory, clock, random: () => startAt / 1e15 });
  return { deck, stop };
}

/** The task as it is, looked at every ten seconds for so long. */
async function looks(deck: SyncFixture, task: Task, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes * MINUTE; passed += 10_000) {
    deck.receiveList(task);
    await deck.clock.advance(10_000);
  }
  deck.receiveList(task);
}

/** In minutes from noon. */
const shown = ({ state: now }: SyncFixture): string => {
  const task = selectedTask(now);
  const view = task === null ? null : timelineView(now, task);
  return (view?.spans ?? [])
    .map(({ activity, from, until }) => `${activity} ${(from - NOON) / MINUTE}..${(until - NOON) / MINUTE}`)
    .join(', ');
};

describe('while taskdeck runs', () => {
  it('shows what the server proves, and what it saw change', async () => {
    const { deck } = await run(NOON);
    await looks(deck, since('working', NOON - 14 * MINUTE), 2);
    await deck.clock.settle();
    expect(shown(deck)).toBe('unknown -30..-14, working -14..2');
    await looks(deck, since('idle', NOON + 2 * MINUTE), 3);
    expect(shown(deck)).toBe('unknown -30..-14, working -14..2, waiting 2..5');
    await looks(deck, since('idle', NOON + 2 * MINUTE, { status: 'paused', buildNumber: 2 }), 0);
    await deck.clock.advance(500);
    expect(shown(deck)).toMatch(/waiting 2\.\.5$/);
  });

  it('says nothing of a time in which it could not look', async () => {
    const { deck } = await run(NOON);
    const paused = (build: number) =>
      makeTask({
        id: 'a',
        status: 'paused',
        buildNumber: build,
        createdAt: NOON,
        updatedAt: NOON,
        state: null,
      });
    await looks(deck, paused(2), 1);
    await deck.clock.advance(10 * MINUTE);
    await looks(deck, paused(4), 1);
    expect(shown(deck)).toBe('paused 0..1, unknown 1..11, paused 11..12');
  });

  it('says nothing of a time in which others were listed, and does not end what it did not see end', async () => {
    const { deck, stop } = await run(NOON);
    const bobs = since('idle', NOON, { id: 'x', ownerName: 'bob' });
    const choose = (scope: OwnerScope): void =>
      deck.store.dispatch({ type: 'scope-selected', scope, now: deck.clock.now() });
    await looks(deck, since('working', NOON), 2);
    await looks(deck, since('idle', NOON + 2 * MINUTE), 1);
    choose(scopeOfOwner('bob'));
    await looks(deck, bobs, 5);
    choose(MINE);
    await looks(deck, since('working', NOON + 6 * MINUTE), 1);
    expect(shown(deck)).toBe('unknown -30..0, working 0..2, waiting 2..3, unknown 3..6, working 6..9');
    choose(scopeOfOwner('bob'));
    await looks(deck, bobs, 5);
    choose(MINE);
    await looks(deck, since('working', NOON + 6 * MINUTE), 1);
    // It worked all the while, as its report proves.
    const seen = 'unknown -30..0, working 0..2, waiting 2..3, unknown 3..6, working 6..15';
    expect(shown(deck)).toBe(seen);
    stop();
    const next = await run(NOON + 15 * MINUTE);
    next.deck.receiveList(since('working', NOON + 6 * MINUTE));
    await next.deck.clock.settle();
    expect(shown(next.deck)).toBe(seen);
    next.stop();
  });

  it('writes nothing on a quiet list but once a minute that it looked', async () => {
    const deck = syncFixture();
    const writes: number[] = [];
    const real = state.open().timeline(ada);
    const memory = {
      ...real,
      write: (...args: Parameters<typeof real.write>) => {
        writes.push(args[1].length);
        return real.write(...args);
      },
    };
    recordTimelines({ store: deck.store, storage: memory, clock: deck.clock, random: () => 0.5 });
    const task = since('idle', NOON - MINUTE);
    for (let look = 0; look < 60; look++) {
      deck.receiveList(task);
      await deck.clock.advance(10_000);
    }
    expect(writes[0]).toBe(1);
    expect(writes.slice(1).every((changes) => changes === 0)).toBe(true);
    expect(writes.length).toBeLessThanOrEqual(11);
  });

  it('writes of a long list what changes, and the rest little by little', async () => {
    const deck = syncFixture();
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
      store: deck.store,
      storage: memory,
      clock: deck.clock,
      random: () => 0.5,
    });
    const tasks = Array.from({ length: 2_000 }, (_, n) => since('idle', NOON - MINUTE, { id: `t${n}` }));
    deck.receiveList(...tasks);
    await deck.clock.advance(20_000);
    expect(written.map(({ length }) => length)).toEqual([100]);
    deck.receiveList(...tasks.slice(0, -1), since('working', NOON, { id: 't1999' }));
    await deck.clock.advance(10_000);
    expect(written[1]?.slice(0, 2)).toEqual(['t1999 waiting', 't1999 working']);
    expect(written.map(({ length }) => length)).toEqual([100, 100]);
    stop();
    expect(written[2]).toHaveLength(1_000);
    expect(new Set(written.flat()).size).toBe(1_200);
    expect(real.read('t1999').map(({ activity }) => activity)).toEqual(['waiting', 'working']);
  });
});

describe('over a restart', () => {
  it('what was seen is there again, a gap that the server does not prove is unknown', async () => {
    const first = await run(NOON);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON + 12 * MINUTE);
    await looks(second.deck, since('idle', NOON + 8 * MINUTE), 0);
    await second.deck.clock.advance(500);
    second.deck.receiveList(since('idle', NOON + 8 * MINUTE));
    expect(shown(second.deck)).toBe('unknown -30..-10, working -10..2, unknown 2..8, waiting 8..12');
  });

  it('an agent that has said nothing since worked on', async () => {
    const first = await run(NOON);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON + 12 * MINUTE);
    await looks(second.deck, since('working', NOON - 10 * MINUTE), 1);
    expect(shown(second.deck)).toBe('unknown -30..-10, working -10..13');
  });

  it('a crash loses no more than the last minute', async () => {
    const first = await run(NOON);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 5);
    const [stretch] = mergeSegments(state.open().timeline(ada).read('a'));
    expect(stretch?.until).toBeGreaterThanOrEqual(NOON + 4 * MINUTE);
  });

  it('a gap is unknown although the clock was set back while the earlier run was looking', async () => {
    const first = await run(NOON);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 2);
    first.deck.clock.step(-5 * MINUTE);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    // The wall clock shows 11:59 when the first run ends, and 12:01 when the second begins.
    const second = await run(NOON + MINUTE);
    await looks(second.deck, since('idle', NOON + MINUTE), 0);
    await second.deck.clock.advance(2 * MINUTE);
    second.deck.receiveList(since('idle', NOON + MINUTE));
    expect(shown(second.deck)).toBe('unknown -30..-10, working -10..-1, unknown -1..1, waiting 1..3');
  });

  it('what was stored before the clock was set back ends now at the latest', async () => {
    const first = await run(NOON + 30 * MINUTE);
    await looks(first.deck, since('working', NOON - 10 * MINUTE), 2);
    first.stop();
    const second = await run(NOON);
    await looks(second.deck, since('working', NOON - 10 * MINUTE), 0);
    await second.deck.clock.advance(500);
    const [stretch] = second.deck.state.timelines.get('a') ?? [];
    expect(stretch?.until).toBe(NOON);
  });

  it.each(CLOCK_EVENTS)('what was seen is stored by the wall clock when %s', async (_, happens) => {
    const { deck, stop } = await run(NOON);
    happens(deck.clock);
    // A timer finds out that the laptop slept.
    deck.clock.after(1_000, () => undefined);
    await deck.clock.advance(1_000);
    const startAt = deck.clock.now();
    await looks(deck, since('working', startAt - 10 * MINUTE), 2);
    const looked = deck.clock.wall();
    stop();
    const stored = mergeSegments(state.open().timeline(ada).read('a'));
    expect(stored.map(({ from, until }) => [from - looked, until - looked])).toEqual([[-12 * MINUTE, 0]]);
  });

  it('two at once see it once', async () => {
    const one = await run(NOON);
    const other = await run(NOON + 5_000);
    await looks(one.deck, since('working', NOON - 10 * MINUTE), 1);
    await looks(other.deck, since('working', NOON - 10 * MINUTE), 1);
    await looks(one.deck, since('idle', NOON + MINUTE), 1);
    await looks(other.deck, since('idle', NOON + MINUTE), 1);
    one.stop();
    other.stop();
    expect(mergeSegments(state.open().timeline(ada).read('a')).map(({ activity }) => activity)).toEqual([
      'working',
      'waiting',
    ]);
  });
});

it('of a task that is passed by with a held key the past is not read', async () => {
  const deck = syncFixture();
  const read: string[] = [];
  const real = state.open().timeline(ada);
  const memory = {
    ...real,
    read: (id: string) => {
      read.push(id);
      return real.read(id);
    },
  };
  recordTimelines({ store: deck.store, storage: memory, clock: deck.clock, random: () => 0.5 });
  deck.receiveList(since('idle', NOON), makeTask({ id: 'b' }), makeTask({ id: 'c' }));
  await deck.clock.advance(500);
  deck.select('b');
  deck.select('c');
  await deck.clock.advance(500);
  expect(read).toEqual(['a', 'c']);
});
