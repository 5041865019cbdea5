import { describe, expect, it } from 'vitest';
import type { BackendError } from '../../../src/domain/errors.ts';
import { backOff, boundedRetryAfterMs } from '../../../src/sync/refresh/back-off.ts';
import { createCoalescedTimers } from '../../../src/sync/refresh/coalesced-timers.ts';
import { createPollLoop } from '../../../src/sync/refresh/poll-loop.ts';
import { createProbes } from '../../../src/sync/refresh/probes.ts';
import { NOON } from '../../domain/builders.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { failure, scriptedBackend } from '../scripted-backend.ts';

interface Ask {
  readonly at: number;
  readonly signal: AbortSignal;
  answer(next: number | null): void;
  fail(error: unknown): void;
}

/** A loop whose polls the test resolves. */
function polling(random = 0, least?: () => number, connected?: () => Promise<void>) {
  const clock = manualClock(NOON);
  const backend = scriptedBackend();
  const asks: Ask[] = [];
  const failures: { readonly error: BackendError; readonly retryIn: number }[] = [];
  const faults: unknown[] = [];
  let open = 0;
  let mostOpen = 0;
  const loop = createPollLoop({
    clock,
    timers: createCoalescedTimers(clock),
    probes: createProbes({ backend, clock }),
    random: () => random,
    ...(least && { minIntervalMs: least }),
    connected,
    poll: (signal) =>
      new Promise((resolve, reject) => {
        mostOpen = Math.max(mostOpen, ++open);
        const end =
          <T>(settle: (value: T) => void) =>
          (value: T): void => {
            open--;
            settle(value);
          };
        asks.push({ at: clock.now() - NOON, signal, answer: end(resolve), fail: end(reject) });
      }),
    onFailure: (error, retryAt) => failures.push({ error, retryIn: retryAt - clock.now() }),
    onInternalError: (error) => faults.push(error),
  });
  return {
    loop,
    clock,
    asks,
    failures,
    faults,
    get mostOpen() {
      return mostOpen;
    },
    get last(): Ask {
      const last = asks.at(-1);
      if (last === undefined) throw new Error('No poll is pending.');
      return last;
    },
    times: () => asks.map(({ at }) => at),
  };
}

describe('a poll loop', () => {
  it('sends nothing before it is woken', async () => {
    const { clock, asks } = polling();
    await clock.advance(60_000);
    expect(asks).toEqual([]);
  });

  it('polls again after the returned interval, and stops at null', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(1_000);
    await p.clock.advance(999);
    expect(p.times()).toEqual([0]);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 1_000]);
    p.last.answer(null);
    await p.clock.advance(60_000);
    expect(p.times()).toEqual([0, 1_000]);
    p.loop.wake();
    await p.clock.settle();
    expect(p.times()).toEqual([0, 1_000, 61_000]);
  });

  it('never polls twice at once, and once more when woken meanwhile', async () => {
    const p = polling();
    for (let i = 0; i < 3; i++) p.loop.wake();
    await p.clock.settle();
    for (let i = 0; i < 3; i++) p.loop.wake();
    await p.clock.settle();
    expect(p.asks).toHaveLength(1);
    p.last.answer(null);
    await p.clock.settle();
    expect(p.asks).toHaveLength(2);
    p.last.answer(null);
    await p.clock.advance(10_000);
    expect(p.asks).toHaveLength(2);
    expect(p.mostOpen).toBe(1);
  });

  it('polls at once when woken, and keeps one timer', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(5_000);
    await p.clock.advance(2_000);
    p.loop.wake();
    await p.clock.settle();
    expect(p.times()).toEqual([0, 2_000]);
    p.last.answer(5_000);
    await p.clock.settle();
    expect(p.clock.due).toHaveLength(1);
    await p.clock.advance(5_000);
    expect(p.times()).toEqual([0, 2_000, 7_000]);
  });

  it('waits nine times as long as the response took', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.advance(2_000);
    p.last.answer(1_000);
    await p.clock.advance(17_999);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 20_000]);
  });

  it('counts only the time after the connection as work of the server', async () => {
    const connected = Promise.withResolvers<void>();
    const p = polling(0, undefined, () => connected.promise);
    p.loop.wake();
    await p.clock.advance(2_000);
    connected.resolve();
    await p.clock.settle();
    p.last.answer(60_000);
    await p.clock.settle();
    p.loop.wake();
    await p.clock.settle();
    expect(p.times()).toEqual([0, 2_000]);
  });

  it('does not wait for days after the machine slept during a request', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.clock.sleep(8 * 60 * 60_000);
    await p.clock.advance(6_000);
    p.last.answer(1_000);
    // At most a minute counts.
    await p.clock.advance(9 * 60_000);
    expect(p.asks).toHaveLength(2);
  });

  it('also delays a wake after a slow response', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.advance(2_000);
    p.loop.wake();
    p.last.answer(null);
    await p.clock.advance(17_999);
    p.loop.wake();
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 20_000]);
  });

  it('spreads its polls, and never polls early', async () => {
    const p = polling(0.999);
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(10_000);
    await p.clock.advance(10_998);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.asks).toHaveLength(2);
  });

  it('shortens its wait to the usual interval, and not below', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(60_000);
    await p.clock.advance(2_000);
    p.loop.pollWithin(5_000);
    await p.clock.advance(2_999);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 5_000]);
    p.last.answer(1_000);
    p.loop.pollWithin(5_000);
    await p.clock.advance(1_000);
    expect(p.times()).toEqual([0, 5_000, 6_000]);
  });

  it('polls for wakes with a gap at that interval, and not later than planned', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(5_000);
    await p.clock.advance(300);
    p.loop.wake(1_000);
    p.loop.wake(2_000);
    await p.clock.advance(700);
    expect(p.times()).toEqual([0, 1_000]);
    p.loop.wake(3_000);
    p.loop.wake(2_000);
    p.last.answer(null);
    await p.clock.advance(2_000);
    expect(p.times()).toEqual([0, 1_000, 3_000]);
    p.last.answer(null);
    await p.clock.advance(58_000);
    p.loop.wake(1_000);
    await p.clock.settle();
    expect(p.times()).toEqual([0, 1_000, 3_000, 61_000]);
  });

  it('rests until a wake, and forgets failures', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure());
    await p.clock.settle();
    p.loop.rest();
    expect(p.clock.due).toEqual([]);
    await p.clock.advance(60_000);
    p.loop.wake();
    await p.clock.settle();
    expect(p.times()).toEqual([0, 60_000]);
    p.loop.rest();
    expect(p.last.signal.aborted).toBe(true);
    p.last.answer(1_000);
    await p.clock.advance(60_000);
    expect(p.asks).toHaveLength(2);
  });

  it('sends nothing from suspend to restart', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.loop.suspend();
    expect(p.last.signal.aborted).toBe(true);
    p.last.answer(10);
    p.loop.wake();
    p.loop.pollWithin(0);
    await p.clock.advance(60_000);
    expect(p.asks).toHaveLength(1);
    p.loop.restart();
    await p.clock.settle();
    expect(p.asks).toHaveLength(2);
  });
});

describe('during failures', () => {
  it.each([
    ['timeout', 0],
    ['unreachable', 5_000],
    ['server', 180_000],
  ] as const)('a failure of kind %s after 20 s has it rest for %i ms', async (kind, rest) => {
    const p = polling(0, () => 5_000);
    p.loop.wake();
    await p.clock.advance(20_000);
    p.last.fail(failure({ kind }));
    await p.clock.settle();
    expect(p.failures.at(-1)?.retryIn).toBe(rest);
  });

  it.each([0, 1, 1_000, 4_999])('a timeout after %i ms backs off like any other failure', async (ms) => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    for (let failed = 0; failed < 3; failed++) {
      await p.clock.advance(ms);
      p.last.fail(failure({ kind: 'timeout' }));
      await p.clock.settle();
      await p.clock.advance(p.failures.at(-1)?.retryIn ?? 0);
    }
    expect(p.failures.map(({ retryIn }) => retryIn)).toEqual([500, 1_000, 2_000]);
  });

  it('a failure does not shorten the configured interval', async () => {
    const p = polling(0, () => 5_000);
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure());
    await p.clock.advance(4_999);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 5_000]);
  });

  it('pollWithin shortens a long delay, but not a Retry-After', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.advance(20_000);
    p.last.fail(failure());
    await p.clock.advance(10_000);
    p.loop.pollWithin(5_000);
    await p.clock.settle();
    expect(p.times()).toEqual([0, 30_000]);
    p.last.fail(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await p.clock.advance(10_000);
    p.loop.pollWithin(5_000);
    await p.clock.advance(49_999);
    expect(p.asks).toHaveLength(2);
    await p.clock.advance(1);
    expect(p.asks).toHaveLength(3);
  });

  it('the delays double up to 30 seconds, and report the next try', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    for (let i = 0; i < 8; i++) {
      p.last.fail(failure());
      await p.clock.settle();
      const { retryIn } = p.failures.at(-1) ?? { retryIn: 0 };
      await p.clock.advance(retryIn - 1);
      expect(p.asks).toHaveLength(i + 1);
      await p.clock.advance(1);
      expect(p.asks).toHaveLength(i + 2);
    }
    expect(p.failures.map(({ retryIn }) => retryIn)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
  });

  it('a response resets the back-off', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure());
    await p.clock.advance(500);
    p.last.answer(1_000);
    await p.clock.advance(1_000);
    p.last.fail(failure());
    await p.clock.settle();
    expect(p.failures.map(({ retryIn }) => retryIn)).toEqual([500, 500]);
  });

  it('a wake does not shorten the delay', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    p.loop.wake();
    p.last.fail(failure());
    await p.clock.settle();
    p.loop.wake();
    await p.clock.advance(499);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.asks).toHaveLength(2);
  });

  it('a longer Retry-After wins over the back-off', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure({ kind: 'rate-limited', retryAfterMs: 60_000 }));
    await p.clock.advance(59_999);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.asks).toHaveLength(2);
    p.last.fail(failure({ kind: 'rate-limited', retryAfterMs: 1 }));
    await p.clock.settle();
    expect(p.failures.map(({ retryIn }) => retryIn)).toEqual([60_000, 1_000]);
  });

  it('a Retry-After is limited to a day', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure({ retryAfterMs: 100 * 365 * 24 * 3_600_000 }));
    await p.clock.settle();
    expect(p.failures[0]?.retryIn).toBe(24 * 3_600_000);
  });

  it('a fault of taskdeck is reported as one, and the poll is tried again', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    const fault = new TypeError('x is undefined');
    p.last.fail(fault);
    await p.clock.settle();
    expect(p.failures[0]?.error).toMatchObject({
      kind: 'internal',
      message: 'Internal error in taskdeck: x is undefined',
      cause: fault,
    });
    expect(p.faults).toEqual([fault]);
    await p.clock.advance(500);
    expect(p.asks).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('aborts the pending poll and ignores its response', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    const first = p.last;
    p.loop.restart(100);
    expect(first.signal.aborted).toBe(true);
    first.answer(1);
    await p.clock.advance(99);
    expect(p.asks).toHaveLength(1);
    await p.clock.advance(1);
    expect(p.times()).toEqual([0, 100]);
    p.last.answer(null);
    await p.clock.advance(60_000);
    expect(p.asks).toHaveLength(2);
  });

  it('resets the back-off; a late response to the aborted poll does not', async () => {
    const p = polling(0);
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure());
    await p.clock.advance(500);
    const second = p.last;
    p.loop.restart();
    await p.clock.settle();
    p.last.fail(failure());
    await p.clock.settle();
    second.answer(1);
    await p.clock.advance(500);
    p.last.fail(failure());
    await p.clock.settle();
    expect(p.failures.map(({ retryIn }) => retryIn)).toEqual([500, 500, 1_000]);
  });

  it('reports no failure of the aborted poll', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    const first = p.last;
    p.loop.restart(60_000);
    first.fail(failure({ kind: 'aborted' }));
    await p.clock.advance(59_999);
    expect(p.failures).toEqual([]);
    expect(p.asks).toHaveLength(1);
  });

  it('does not wait for the end of a delay', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.fail(failure({ retryAfterMs: 60_000 }));
    await p.clock.settle();
    p.loop.restart();
    await p.clock.settle();
    expect(p.times()).toEqual([0, 0]);
  });
});

describe('the end', () => {
  it('aborts the pending poll and sends nothing after it', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.loop.stop();
    expect(p.last.signal.aborted).toBe(true);
    p.last.answer(10);
    p.loop.wake();
    p.loop.restart();
    await p.clock.advance(60_000);
    expect(p.asks).toHaveLength(1);
    expect(p.clock.due).toEqual([]);
  });

  it('may come inside onFailure', async () => {
    const clock = manualClock(NOON);
    const loop = createPollLoop({
      clock,
      timers: createCoalescedTimers(clock),
      probes: createProbes({ backend: scriptedBackend(), clock }),
      random: () => 0,
      poll: () => Promise.reject(failure()),
      onFailure: () => loop.stop(),
      onInternalError: () => {},
    });
    loop.wake();
    await clock.settle();
    expect(clock.due).toEqual([]);
  });

  it('between two polls leaves no timer behind', async () => {
    const p = polling();
    p.loop.wake();
    await p.clock.settle();
    p.last.answer(1_000);
    await p.clock.settle();
    p.loop.stop();
    expect(p.clock.due).toEqual([]);
  });
});

describe('the back-off', () => {
  it('is spread over the second half of its delay', () => {
    expect(backOff(1, 0)).toBe(500);
    expect(backOff(1, 1)).toBe(1_000);
    expect(backOff(3, 0.5)).toBe(3_000);
    expect(backOff(50, 0)).toBe(15_000);
    expect(backOff(5_000, 1)).toBe(30_000);
  });

  it('has no Retry-After when the server sent none', () => {
    expect(boundedRetryAfterMs(failure())).toBeUndefined();
    expect(boundedRetryAfterMs(failure({ retryAfterMs: 0 }))).toBe(0);
  });
});
