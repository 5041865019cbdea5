import { afterEach, beforeEach, expect, test } from 'vitest';
import { mergeSegments, type SegmentKind, type TimelineSegment } from '../../src/domain/timeline.ts';
import { SEGMENT_LIMIT } from '../../src/storage/timeline.ts';
import { ada, stateDirectory } from './storage-fixture.ts';

let state: ReturnType<typeof stateDirectory>;
beforeEach(() => {
  state = stateDirectory();
});
afterEach(() => state.dispose());

const HOUR = 60 * 60_000;

const timeline = (deployment = ada) => state.open().timeline(deployment);
const started = (activity: SegmentKind, from: number, build = 1): TimelineSegment => ({
  activity,
  from,
  until: from,
  build,
});
const short = (stretches: readonly TimelineSegment[]): string =>
  stretches.map(({ activity, from, until }) => `${activity} ${from}-${until}`).join(', ');

test('segments are restored in the next run, up to the last observation', () => {
  const memory = timeline();
  memory.write('run1', [{ taskId: 'a', endedAt: null, startedSegment: started('working', 10) }], 20);
  memory.write('run1', [{ taskId: 'a', endedAt: 30, startedSegment: started('waiting', 30) }], 31);
  memory.write('run1', [], 90);
  expect(short(timeline().read('a'))).toBe('working 10-30, waiting 30-90');
  expect(timeline().read('b')).toEqual([]);
});

test('a restart does not split a segment that the server proves', () => {
  const paused = (run: number) =>
    timeline().write(
      `run${run}`,
      [{ taskId: 'a', endedAt: null, startedSegment: started('paused', run * HOUR, 4) }],
      run * HOUR + 10,
    );
  for (let run = 1; run <= 50; run++) paused(run);
  expect(short(timeline().read('a'))).toBe(`paused ${HOUR}-${50 * HOUR + 10}`);
  const again = [{ taskId: 'a', endedAt: null, startedSegment: started('working', 51 * HOUR, 5) }];
  timeline().write('run51', again, 52 * HOUR);
  expect(timeline().read('a')).toMatchObject([
    { activity: 'paused', until: 50 * HOUR + 10 },
    { activity: 'working', from: 51 * HOUR, until: 52 * HOUR },
  ]);
});

test('two simultaneous taskdecks do not double segments', () => {
  const [one, other] = [timeline(), timeline()];
  for (const [run, memory] of [
    ['one', one],
    ['other', other],
  ] as const) {
    memory.write(run, [{ taskId: 'a', endedAt: null, startedSegment: started('working', 10) }], 20);
    memory.write(run, [{ taskId: 'a', endedAt: 50, startedSegment: started('waiting', 50) }], 60);
  }
  one.write('one', [], 200);
  other.write('other', [], 150);
  expect(short(mergeSegments(timeline().read('a')))).toBe('working 10-50, waiting 50-200');
});

test('segments are separate for each deployment and user', () => {
  timeline().write('run1', [{ taskId: 'a', endedAt: null, startedSegment: started('working', 10) }], 20);
  expect(timeline({ ...ada, user: 'bob' }).read('a')).toEqual([]);
});

test('only the newest segments of a task are stored, and no old ones', () => {
  const memory = timeline();
  for (let count = 0; count < SEGMENT_LIMIT + 20; count++) {
    const activity = count % 2 === 0 ? 'working' : 'waiting';
    const ended = count === 0 ? null : count * 10;
    memory.write(
      'run1',
      [{ taskId: 'a', endedAt: ended, startedSegment: started(activity, count * 10) }],
      count * 10 + 5,
    );
  }
  const stored = memory.read('a');
  expect([stored.length, stored[0]?.from]).toEqual([SEGMENT_LIMIT, 200]);
  memory.deleteOld(400 * 24 * 60 * 60_000);
  expect(memory.read('a')).toEqual([]);
});
