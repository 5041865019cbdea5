import { expect, it } from 'vitest';
import {
  ACTIVITY_MINUTES,
  type ActivityMinute,
  activityLevels,
  addActivity,
  minuteOf,
} from '../../src/domain/activity.ts';
import { MINUTE, NOON } from './builders.ts';

const felt = (...minutes: readonly number[]): readonly ActivityMinute[] =>
  minutes.reduce<readonly ActivityMinute[]>(
    (beats, minute) => addActivity(beats, NOON + minute * MINUTE),
    [],
  );
const levels = (beats: readonly ActivityMinute[], minute = 0): string =>
  activityLevels(beats, minuteOf(NOON) + minute)?.join('') ?? 'nothing';

it('doubles the signs of a minute with each level', () => {
  expect(levels(felt(-9, -2, -2, -1, -1, -1, -1, 0))).toBe('1000000231');
  expect(levels(felt(...Array.from({ length: 60 }, () => 0)))).toBe('0000000006');
  expect(levels(felt(...Array.from({ length: 5_000 }, () => 0)))).toBe('0000000007');
});

it('shifts with time until it is empty', () => {
  const beats = felt(0, 0);
  expect(levels(beats, 4)).toBe('0000020000');
  expect(levels(beats, 9)).toBe('2000000000');
  expect(levels(beats, 10)).toBe('nothing');
  expect(levels([])).toBe('nothing');
});

it('accepts signs in any order and stores only the minutes that it shows', () => {
  expect(felt(0, -3, -1)).toEqual(
    [-3, -1, 0].map((minute) => ({ minute: minuteOf(NOON) + minute, signs: 1 })),
  );
  const many = felt(...Array.from({ length: 500 }, (_, minute) => minute));
  expect(many.length).toBeLessThanOrEqual(ACTIVITY_MINUTES + 1);
});

it('counts newer signs for the last minute', () => {
  expect(levels(felt(1), 0)).toBe('0000000001');
});
