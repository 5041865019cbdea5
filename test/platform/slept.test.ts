import { expect, it } from 'vitest';
import { machineSleepMs } from '../../src/platform/clock.ts';

const HOUR = 3_600_000;

it.each([
  ['nothing but time has passed', 60_000, 60_000, 0],
  ['the clock is being adjusted', 65_000, 60_000, 0],
  ['the laptop slept for six seconds', 16_001, 10_000, 6_001],
  ['the laptop slept for an hour', HOUR + 10_000, 10_000, HOUR],
  ['the clock was set back by an hour', 10_000 - HOUR, 10_000, 0],
])('when %s: %i ms on the wall, %i ms passed, %i ms slept', (_, wall, monotonic, slept) => {
  expect(machineSleepMs({ wall: 1, monotonic: 7 }, { wall: 1 + wall, monotonic: 7 + monotonic })).toBe(slept);
});
