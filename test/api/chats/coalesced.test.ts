import { expect, it } from 'vitest';
import { coalesced } from '../../../src/api/chats/coalesced.ts';
import { manualClock } from '../../support/manual-clock.ts';

it('runs for 200 changes a second at most 30 times: for the first at once, and for the last one too', async () => {
  const clock = manualClock();
  let change = 0;
  const seen: number[] = [];
  const runs = coalesced(() => seen.push(change) > 0, 34, clock.after);
  for (change = 1; change <= 200; change++) {
    runs.change();
    await clock.advance(5);
  }
  change = 200;
  await clock.advance(34);
  expect(seen[0]).toBe(1);
  expect(seen.at(-1)).toBe(200);
  expect(seen.length).toBeLessThanOrEqual(31);
  expect(seen.length).toBeGreaterThan(20);
  await clock.advance(1_000);
  const count = seen.length;
  runs.change();
  expect(seen.length).toBe(count + 1);
});
