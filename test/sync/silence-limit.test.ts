import { describe, expect, it } from 'vitest';
import {
  NO_RESPONSES,
  type ResponseTimes,
  silenceLimit,
  withResponse,
  withTimeout,
} from '../../src/sync/silence-limit.ts';

const answered = (...ms: readonly number[]): ResponseTimes => ms.reduce(withResponse, NO_RESPONSES);
const givenUp = (times: ResponseTimes, count: number): ResponseTimes =>
  Array.from({ length: count }).reduce<ResponseTimes>(withTimeout, times);

describe('a poll is given up', () => {
  it.each([
    ['without history after 35 s', NO_RESPONSES, 35_000],
    ['that is answered at once after 10 s', answered(20, 30), 10_000],
    ['that is usually answered in 3 s after 10 s', answered(3_000), 10_000],
    ['that is usually answered in 8 s after three times that', answered(8_000), 24_000],
    ['that is usually answered in 20 s after three times that', answered(20, 20_000, 20), 60_000],
    ['whose slow answer is long ago after 10 s', answered(20_000, 20, 20, 20, 20, 20), 10_000],
  ])('%s', (_, times, limit) => {
    expect(silenceLimit(times)).toBe(limit);
  });

  it.each([
    ['that is answered at once', answered(20), [10_000, 20_000, 35_000, 35_000]],
    ['that is answered in 8 s', answered(8_000), [24_000, 35_000, 35_000, 35_000]],
    ['that is answered in 20 s', answered(20_000), [60_000, 60_000, 60_000, 60_000]],
    ['without history', NO_RESPONSES, [35_000, 35_000, 35_000, 35_000]],
  ])('%s, later each time until an answer comes', (_, times, limits) => {
    expect([0, 1, 2, 3].map((count) => silenceLimit(givenUp(times, count)))).toEqual(limits);
    expect(silenceLimit(withResponse(givenUp(times, 3), 20))).toBe(limits[0] === 35_000 ? 10_000 : limits[0]);
  });
});
