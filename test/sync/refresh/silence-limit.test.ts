import { describe, expect, it } from 'vitest';
import {
  NO_RESPONSES,
  type ResponseTimes,
  silenceLimit,
  withResponse,
  withTimeout,
} from '../../../src/sync/refresh/silence-limit.ts';

const withResponses = (...ms: readonly number[]): ResponseTimes => ms.reduce(withResponse, NO_RESPONSES);
const withTimeouts = (times: ResponseTimes, count: number): ResponseTimes =>
  Array.from({ length: count }).reduce<ResponseTimes>(withTimeout, times);

describe('a poll is aborted', () => {
  it.each([
    ['without a response yet after 35 s', NO_RESPONSES, 35_000],
    ['with fast responses after 10 s', withResponses(20, 30), 10_000],
    ['with a usual response time of 3 s after 10 s', withResponses(3_000), 10_000],
    ['with a usual response time of 8 s after three times that', withResponses(8_000), 24_000],
    ['with a usual response time of 20 s after three times that', withResponses(20, 20_000, 20), 60_000],
    ['with an old slow response after 10 s', withResponses(20_000, 20, 20, 20, 20, 20), 10_000],
  ])('%s', (_, times, limit) => {
    expect(silenceLimit(times)).toBe(limit);
  });

  it.each([
    ['with fast responses', withResponses(20), [10_000, 20_000, 35_000, 35_000]],
    ['with responses after 8 s', withResponses(8_000), [24_000, 35_000, 35_000, 35_000]],
    ['with responses after 20 s', withResponses(20_000), [60_000, 60_000, 60_000, 60_000]],
    ['without a response yet', NO_RESPONSES, [35_000, 35_000, 35_000, 35_000]],
  ])('%s, later each time until a response comes', (_, times, limits) => {
    expect([0, 1, 2, 3].map((count) => silenceLimit(withTimeouts(times, count)))).toEqual(limits);
    expect(silenceLimit(withResponse(withTimeouts(times, 3), 20))).toBe(
      limits[0] === 35_000 ? 10_000 : limits[0],
    );
  });
});
