import { expect, it } from 'vitest';
import type { LoggedRequest } from '../../../src/domain/ports/request-log.ts';
import type { State } from '../../../src/store/state.ts';
import { requestWords } from '../../../src/view/screen-reader/request-words.ts';
import { applyEvents, stateWithTasks } from '../../store/state-builders.ts';

const requests = Array.from(
  { length: 60 },
  (_, index): LoggedRequest => ({
    id: index + 1,
    method: 'GET',
    path: `/path/${index + 1}`,
    at: new Date(2026, 0, 1, 9, 30, 5).getTime(),
    status: 200,
    end: '',
    tookMs: 12,
    bytes: 1_200,
  }),
);

const open = (top: number | null, count = requests.length): State =>
  applyEvents(
    stateWithTasks('a'),
    { type: 'overlay-opened', overlay: { kind: 'requests', top } },
    { type: 'requests-recorded', records: { requests: requests.slice(0, count), errors: [], total: count } },
  );

it('the newest requests are read out when the overlay opens, and new ones are not', () => {
  const words = requestWords(open(null), null);
  expect(words[0]).toBe('Requests. The newest is last. Page up reads earlier ones, escape closes.');
  expect(words.at(-1)).toBe('09:30:05 GET 200 12 ms 1.2 KB /path/60');
  expect(requestWords(open(null), open(null, 59))).toEqual([]);
});

it('scrolling reads out the rows that come into view', () => {
  expect(requestWords(open(10), open(11))).toEqual(['09:30:05 GET 200 12 ms 1.2 KB /path/11']);
});
