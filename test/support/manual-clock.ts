import type { Clock } from '../../src/domain/ports/clock.ts';
import { clockFrom } from '../../src/platform/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** More timers than this in one `advance` mean an endless loop. */
const MAX_TIMERS = 100_000;

/** A clock that moves only when the test moves it. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`. Fires each due timer at its own time and lets promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Fires timers that are due now and lets promises settle. */
  settle(): Promise<void>;
  /** Moves only the wall clock, by `ms` (negative: back). */
  step(ms: number): void;
  /** The machine sleeps for `ms`: the wall clock moves on, monotonic time and timers do not. */
  sleep(ms: number): void;
  /** Due times of the pending timers, soonest first, Unix ms. */
  readonly due: readonly number[];
}

export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** For `it.each`: changes of the machine's clock. */
export const CLOCK_EVENTS: readonly (readonly [name: string, happens: (clock: ManualClock) => void])[] = [
  ['the clock is set back by an hour', (clock) => clock.step(-3_600_000)],
  ['the clock is set forward by an hour', (clock) => clock.step(3_600_000)],
  ['the laptop sleeps for an hour', (clock) => clock.sleep(3_600_000)],
];

/** A clock whose time stands still and whose timers never fire. */
export const frozenClock = (now: number): Clock =>
  clockFrom({ wall: () => now, monotonic: () => now, timer: () => () => undefined });

/** `settled` resolves when pending work is done. Default: one turn of the event loop, for promises. */
export function manualClock(start = Date.UTC(2026, 0, 1), settled = eventLoopTurn): ManualClock {
  let now = start;
  /** Wall clock minus monotonic time, ms. */
  let stepped = 0;
  let timers: readonly Timer[] = [];

  async function runUntil(end: number): Promise<void> {
    await settled();
    for (let count = 0; ; count++) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) return;
      if (count === MAX_TIMERS) throw new Error(`Timers never stop before ${end - start} ms.`);
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
      // Node's timers fire at once for other values.
      if (!(ms >= 0 && ms < 2 ** 31)) throw new Error(`A timer cannot wait ${ms} ms.`);
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
