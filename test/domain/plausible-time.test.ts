import { describe, expect, it } from 'vitest';
import { matchesQuery } from '../../src/domain/matches-query.ts';
import { phaseOf } from '../../src/domain/phase.ts';
import { phaseAgeMs, phaseSince } from '../../src/domain/phase-since.ts';
import { isPlausibleTime } from '../../src/domain/plausible-time.ts';
import { parseTaskQuery } from '../../src/domain/query.ts';
import { sortableRow, sortedIds } from '../../src/domain/row-order.ts';
import { ageOf } from '../../src/domain/text/age.ts';
import { timeOfDay } from '../../src/domain/text/time-of-day.ts';
import { observedSegment } from '../../src/domain/timeline.ts';
import { transcriptText } from '../../src/domain/transcript-text.ts';
import { makeTask, NOON, you } from './builders.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Implausible times of a server. */
const UNKNOWN: readonly (readonly [name: string, at: number])[] = [
  ['the year 1', Date.parse('0001-01-01T00:00:00Z')],
  ['1970', 0],
  ['the year 2525', Date.parse('2525-01-01T00:00:00Z')],
  ['the year 9999', Date.parse('9999-12-31T23:59:59Z')],
  ['no time', Number.NaN],
];

describe.each(UNKNOWN)('%s as a server time', (_, at) => {
  const report = (state: 'working' | 'idle') => ({ state, message: '', uri: '', at });
  const bogus = makeTask({ id: 'bogus', state: report('idle'), createdAt: at, updatedAt: at });

  it('has no age and no time of day', () => {
    expect(isPlausibleTime(at, NOON)).toBe(false);
    expect(ageOf(at, NOON)).toBe('?');
    expect(timeOfDay(at)).toBe('--:--');
  });

  it('does not count as the age of a task', () => {
    expect(phaseSince(makeTask({ state: report('idle'), updatedAt: NOON - MINUTE }), NOON)).toBe(
      NOON - MINUTE,
    );
    expect(phaseAgeMs(bogus, NOON)).toBeNaN();
    for (const filter of ['age:>1d', 'age:<1d']) {
      const query = parseTaskQuery(filter);
      expect(
        matchesQuery({ task: bogus, phase: 'idle', ageMs: phaseAgeMs(bogus, NOON), now: NOON }, query),
        filter,
      ).toBe(false);
    }
  });

  it.each(['activity', 'created'] as const)('does not move a task to the top by %s', (sort) => {
    const tasks = [bogus, makeTask({ id: 'a', state: null, createdAt: NOON - DAY, updatedAt: NOON - DAY })];
    const rows = tasks.map((task) => sortableRow(task, { now: NOON, phase: 'idle', needsYou: false }));
    expect(sortedIds(rows, sort)).toEqual(['a', 'bogus']);
  });

  it('does not hold a task in a phase with a time limit', () => {
    expect(phaseOf(makeTask({ status: 'active', state: null, updatedAt: at }), NOON)).toBe('idle');
    const failed = makeTask({ status: 'error', workspaceStatus: 'running', updatedAt: at });
    expect(phaseOf(failed, NOON)).toBe('error');
  });

  it('starts no segment of the timeline', () => {
    expect(observedSegment(bogus, NOON)?.from).toBe(NOON);
    expect(observedSegment(makeTask({ status: 'pending', state: null, createdAt: at }), NOON)?.from).toBe(
      NOON,
    );
  });

  it('is shown as unknown in a transcript', () => {
    expect(transcriptText([you(0, 'go', at)])).toContain('[you at an unknown time]');
  });
});

it.each([
  ['a moment ago', NOON - 1, true],
  ['in an hour, by a wrong time zone', NOON + 60 * MINUTE, true],
  ['in two days', NOON + 2 * DAY, false],
])('%s', (_, at, known) => {
  expect(isPlausibleTime(at, NOON)).toBe(known);
});
