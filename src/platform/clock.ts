import { type ClockReading, machineSleepMs } from './slept.ts';

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
