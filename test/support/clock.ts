import type { Clock } from '../../src/domain/ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** More timers than this within one move of the clock are a loop that never rests. */
const MOST_TIMERS = 100_000;

/** Time that stands still until the test moves it. */
export interface HandClock extends Clock {
  /** Moves on by `ms`; whatever is due on the way happens at its own time, and promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** When the timers are due that are set, Unix ms, soonest first. */
  readonly due: readonly number[];
}

/** One turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** `settled` resolves when nothing happens any more that needs no time: promises, unless something else is said. */
export function handClock(start = Date.UTC(2026, 0, 1), settled = turn): HandClock {
  let now = start;
  let timers: readonly Timer[] = [];

  async function runUntil(end: number): Promise<void> {
    await settled();
    for (let count = 0; ; count++) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      if (count === MOST_TIMERS) throw new Error(`There is no rest before ${end - start} ms.`);
      timers = timers.filter((timer) => timer !== next);
      now = Math.max(now, next.at);
      next.callback();
      await settled();
    }
  }

  return {
    now: () => now,
    after(ms, callback) {
      // Anything else would come at once from a real timer, or never.
      if (!(ms >= 0 && ms < 2 ** 31)) throw new Error(`No timer can wait for ${ms} ms.`);
      const timer = { at: now + ms, callback };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async advance(ms) {
      const end = now + ms;
      await runUntil(end);
      now = end;
    },
    settle: () => runUntil(now),
    get due() {
      return timers.map(({ at }) => at).sort((a, b) => a - b);
    },
  };
}
