import type { Clock } from '../../src/domain/ports/clock.ts';
import { clockFrom } from '../../src/platform/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** More timers than this within one move of the clock are a loop that never rests. */
const MAX_TIMERS = 100_000;

/** Time that stands still until the test moves it, and whose wall clock steps. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`; whatever is due on the way happens at its own time, and promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Sets the wall clock forward by `ms`, or back by a negative number: nothing else moves. */
  step(ms: number): void;
  /** The machine sleeps for `ms`: the wall clock goes on, monotonic time stands still and no timer fires. */
  sleep(ms: number): void;
  /** When the timers are due that are set, Unix ms, soonest first. */
  readonly due: readonly number[];
}

/** One turn of the event loop. */
export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What happens to the clock of a machine, for tables of tests: each name with what it does. */
export const CLOCK_EVENTS: readonly (readonly [name: string, happens: (clock: ManualClock) => void])[] = [
  ['the clock is set back by an hour', (clock) => clock.step(-3_600_000)],
  ['the clock is set forward by an hour', (clock) => clock.step(3_600_000)],
  ['the laptop sleeps for an hour', (clock) => clock.sleep(3_600_000)],
];

/** A clock that always shows the same time and whose timers never fire. */
export const frozenClock = (now: number): Clock =>
  clockFrom({ wall: () => now, monotonic: () => now, timer: () => () => undefined });

/** `settled` resolves when nothing happens any more that needs no time: promises, unless something else is said. */
export function manualClock(start = Date.UTC(2026, 0, 1), settled = eventLoopTurn): ManualClock {
  let now = start;
  /** How far the wall clock is ahead of what passed. */
  let stepped = 0;
  let timers: readonly Timer[] = [];

  async function runUntil(end: number): Promise<void> {
    await settled();
    for (let count = 0; ; count++) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      if (count === MAX_TIMERS) throw new Error(`There is no rest before ${end - start} ms.`);
      timers = timers.filter((timer) => timer !== next);
      now = Math.max(now, next.at);
      next.callback();
      await settled();
    }
  }

  const clock = clockFrom({
    wall: () => now + stepped,
    monotonic: () => now,
    timer(ms, callback) {
      // Anything else would come at once from a real timer, or never.
      if (!(ms >= 0 && ms < 2 ** 31)) throw new Error(`No timer can wait for ${ms} ms.`);
      const timer = { at: now + ms, callback };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  });
  const step = (ms: number): void => {
    stepped += ms;
  };
  return {
    ...clock,
    step,
    sleep: step,
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
