import { describe, expect, it } from 'vitest';
import {
  addObservation,
  buildSegments,
  mergeSegments,
  observedSegment,
  type SegmentKind,
  sampleSpans,
  type TimelineSegment,
  timelineSpans,
  timelineTotals,
} from '../../src/domain/timeline.ts';
import { MINUTE, makeBuild, makeReport, makeTask, NOON, type TaskFields } from './builders.ts';

const stretch = (activity: SegmentKind, from: number, until: number, build = 1): TimelineSegment => ({
  activity,
  from,
  until,
  build,
});
const short = (stretches: readonly { activity: string; from: number; until: number }[]): string =>
  stretches.map(({ activity, from, until }) => `${activity} ${from}-${until}`).join(', ');

describe('one observation', () => {
  it.each<[string, TaskFields, string]>([
    [
      'a report holds since its time',
      { state: makeReport({ state: 'working', at: NOON - 5 * MINUTE }) },
      'working 5',
    ],
    ['idle counts as waiting', { state: makeReport({ at: NOON - 2 * MINUTE }) }, 'waiting 2'],
    ['so does a failure', { state: makeReport({ state: 'failed', at: NOON - MINUTE }) }, 'failed 1'],
    ['complete is done', { state: makeReport({ state: 'complete', at: NOON - MINUTE }) }, 'done 1'],
    [
      'the first build is queued since the task was created',
      { status: 'pending', createdAt: NOON - 3 * MINUTE },
      'queued 3',
    ],
    ['a later one may have waited for less', { status: 'pending', buildNumber: 3 }, 'queued 0'],
    ['a start is seen from now on', { status: 'initializing', buildNumber: 3 }, 'starting 0'],
    ['so is a pause', { status: 'paused' }, 'paused 0'],
    ['pausing counts as paused', { status: 'unknown', workspaceStatus: 'stopping' }, 'paused 0'],
    [
      'an agent whose clock is ahead has just spoken',
      { state: makeReport({ at: NOON + MINUTE }) },
      'waiting 0',
    ],
  ])('%s', (_, about, expected) => {
    const seen = observedSegment(makeTask(about), NOON);
    expect(seen?.until).toBe(NOON);
    expect(`${seen?.activity} ${(NOON - (seen?.from ?? 0)) / MINUTE}`).toBe(expected);
  });

  it('proves nothing for a task with unknown status', () => {
    expect(observedSegment(makeTask({ status: 'unknown', workspaceStatus: 'running' }), NOON)).toBeNull();
  });
});

describe('a new observation', () => {
  const working = [stretch('working', 0, 100)];

  it('continues the last segment without an interruption', () => {
    expect(short(addObservation(working, stretch('working', 130, 130), true))).toBe('working 0-130');
  });

  it('leaves a gap after an interruption without proof by the server', () => {
    expect(short(addObservation(working, stretch('working', 130, 150), false))).toBe(
      'working 0-100, working 130-150',
    );
    expect(short(addObservation(working, stretch('waiting', 130, 150), false))).toBe(
      'working 0-100, waiting 130-150',
    );
  });

  it('bridges the gap if the last report is older than it', () => {
    expect(short(addObservation(working, stretch('working', 50, 150), false))).toBe('working 0-150');
  });

  it('bridges the gap of a task paused by the same build', () => {
    const paused = [stretch('paused', 0, 100, 4)];
    expect(short(addObservation(paused, stretch('paused', 900, 900, 4), false))).toBe('paused 0-900');
    expect(short(addObservation(paused, stretch('paused', 900, 950, 6), false))).toBe(
      'paused 0-100, paused 900-950',
    );
  });

  it('uses the time of the server for a change', () => {
    expect(short(addObservation(working, stretch('waiting', 103, 105), true))).toBe(
      'working 0-103, waiting 103-105',
    );
    expect(short(addObservation(working, stretch('waiting', 90, 105), true))).toBe(
      'working 0-90, waiting 90-105',
    );
  });
});

describe('the times of a build', () => {
  const times = { createdAt: 10, startedAt: 20, completedAt: 50 };

  it('prove how long a start waited and took', () => {
    expect(short(buildSegments(makeBuild(times)))).toBe('queued 10-20, starting 20-50');
    expect(short(buildSegments(makeBuild({ ...times, completedAt: null })))).toBe('queued 10-20');
    expect(buildSegments(makeBuild({ createdAt: null }))).toEqual([]);
  });

  it('prove since when a task is paused', () => {
    const build = makeBuild({ ...times, transition: 'stop', number: 4 });
    const seen = stretch('paused', 900, 910, 4);
    expect(short(mergeSegments([seen, ...buildSegments(build)]))).toBe('paused 20-910');
    expect(short(mergeSegments([{ ...seen, build: 6 }, ...buildSegments(build)]))).toBe(
      'paused 20-50, paused 900-910',
    );
  });
});

describe('segments of two taskdecks', () => {
  it('appear once', () => {
    const one = [stretch('working', 0, 60), stretch('waiting', 60, 100)];
    expect(short(mergeSegments([...one, ...one]))).toBe('working 0-60, waiting 60-100');
  });

  it('merge when they observed a change at different times', () => {
    const a = [stretch('starting', 0, 62), stretch('working', 62, 100)];
    const b = [stretch('starting', 2, 60), stretch('working', 60, 90)];
    expect(short(mergeSegments([...a, ...b]))).toBe('starting 0-60, working 60-100');
  });

  it('fill the gaps of each other', () => {
    expect(short(mergeSegments([stretch('working', 50, 80), stretch('paused', 0, 40)]))).toBe(
      'paused 0-40, working 50-80',
    );
  });

  it('never overlap and never lose time', () => {
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const activities: readonly SegmentKind[] = ['working', 'waiting', 'paused'];
    for (let round = 0; round < 500; round++) {
      const given = Array.from({ length: 1 + next(8) }, () => {
        const from = next(100);
        return stretch(activities[next(3)] ?? 'done', from, from + 1 + next(40), 0);
      });
      const merged = mergeSegments(given);
      const covered = (all: readonly TimelineSegment[], at: number) =>
        all.filter(({ from, until }) => from <= at && at < until).length;
      for (let at = 0; at < 150; at++) expect(covered(merged, at)).toBe(Math.min(1, covered(given, at)));
    }
  });
});

describe('the whole timeline', () => {
  const parts = timelineSpans(
    [stretch('queued', 10, 20), stretch('working', 20, 50), stretch('waiting', 80, 90)],
    0,
    100,
  );

  it('has no gaps: unobserved time is unknown', () => {
    expect(short(parts)).toBe(
      'unknown 0-10, queued 10-20, working 20-50, unknown 50-80, waiting 80-90, unknown 90-100',
    );
  });

  it('ends at the given time', () => {
    expect(short(timelineSpans([stretch('working', 0, 50), stretch('waiting', 50, 90)], 0, 40))).toBe(
      'working 0-40',
    );
  });

  it('has totals that add up', () => {
    const totals = timelineTotals(parts);
    expect(totals.map(({ activity, time }) => `${activity} ${time}`)).toEqual([
      'working 30',
      'waiting 10',
      'queued 10',
      'unknown 50',
    ]);
    expect(totals.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1);
  });

  it('has the longest kind of each cell', () => {
    expect(sampleSpans(parts, 10).map((activity) => activity[0])).toEqual([...'uqwwwuuuwu']);
    expect(sampleSpans(parts, 2)).toEqual(['working', 'unknown']);
    expect(sampleSpans([], 5)).toEqual([]);
  });
});
