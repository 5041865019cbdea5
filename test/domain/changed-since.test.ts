import { describe, expect, it } from 'vitest';
import { lastChange, parseSince, sinceTime } from '../../src/domain/changed-since.ts';
import { MINUTE, makeReport, makeTask, NOON } from './builders.ts';

const timeOf = (value: string, now: Date): Date | null | undefined => {
  const since = parseSince(value);
  return since == null ? since : new Date(sinceTime(since, now.getTime()));
};

describe('a time of since:', () => {
  const now = new Date(2026, 2, 1, 14, 30);

  it.each([
    ['2h', new Date(2026, 2, 1, 12, 30)],
    ['1.5d', new Date(2026, 1, 28, 2, 30)],
    ['today', new Date(2026, 2, 1)],
    ['yesterday', new Date(2026, 1, 28)],
    ['2026-02-27', new Date(2026, 1, 27)],
    ['2026-02-27t09:15', new Date(2026, 1, 27, 9, 15)],
  ])('%s', (value, expected) => {
    expect(timeOf(value, now)).toEqual(expected);
  });

  it.each(['2', '2026', '2026-', '2026-02', '2026-02-2', '2026-02-27t', '2026-02-27t09:1', 'yes', 'tod'])(
    '%s is the beginning of one',
    (value) => {
      expect(parseSince(value)).toBeNull();
    },
  );

  it.each(['2y', 'soon', '2026-02-30', '2026-13-01', '2026-02-27t24:00', 'yesterdays', '-1h'])(
    '%s is none',
    (value) => {
      expect(parseSince(value)).toBeUndefined();
    },
  );
});

it('a task last changed when the server or its agent says so', () => {
  const at = (updatedAt: number, reportedAt: number) =>
    lastChange(makeTask({ updatedAt, state: makeReport({ at: reportedAt }) }), NOON);
  expect(at(NOON - MINUTE, NOON - 5 * MINUTE)).toBe(NOON - MINUTE);
  expect(at(NOON - 5 * MINUTE, NOON - MINUTE)).toBe(NOON - MINUTE);
  expect(at(0, 0)).toBe(0);
});
