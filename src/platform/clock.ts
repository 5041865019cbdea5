/** Both clocks of a machine at the same moment, ms. */
export interface ClockReading {
  readonly wall: number;
  readonly monotonic: number;
}

/** A smaller gain of the wall clock on the monotonic one is a clock adjustment; ms. */
const MAX_ADJUSTMENT_MS = 5_000;

/**
 * How long the machine slept between two readings, ms; 0 for no sleep. Monotonic time stops while a laptop sleeps. A
 * wall clock that was set back does not count as sleep; one that was set forward does.
 */
export function machineSleepMs(before: ClockReading, after: ClockReading): number {
  const gained = after.wall - before.wall - (after.monotonic - before.monotonic);
  return gained > MAX_ADJUSTMENT_MS ? gained : 0;
}

/** The time functions of a clock; ms. */
export interface TimeSource {
  /** Unix time; may step. */
  wall(): number;
  /** Time since an unspecified moment; never steps back. */
  monotonic(): number;
  /** Calls back after `ms` of monotonic time; returns a function that cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** A `Clock` (domain/ports/clock.ts). Detects machine sleep whenever one of its timers fires. */
export function clockFrom({ wall, monotonic, timer }: TimeSource) {
  const read = (): ClockReading => ({ wall: wall(), monotonic: monotonic() });
  const listeners = new Set<(ms: number) => void>();
  let last = read();
  /** `now` minus monotonic time, ms. */
  let ahead = last.wall - last.monotonic;
  // Whole ms: the time columns of the database are integers.
  const now = (): number => Math.round(monotonic() + ahead);

  function detectSleep(): void {
    const reading = read();
    const slept = machineSleepMs(last, reading);
    last = reading;
    if (slept === 0) return;
    // Nothing to add when a wall clock only returns to its value before it was set back.
    const moved = Math.max(0, Math.min(Math.round(slept), reading.wall - now()));
    ahead += moved;
    for (const listener of [...listeners]) listener(moved);
  }

  return {
    now,
    monotonic,
    wall,
    after: (ms: number, callback: () => void): (() => void) =>
      timer(ms, () => {
        detectSleep();
        callback();
      }),
    onSleep(callback: (ms: number) => void): () => void {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}

export const systemClock = clockFrom({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
