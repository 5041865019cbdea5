import { type ClockReading, machineSleepMs } from './slept.ts';

/** Time sources of a clock, ms. */
export interface TimeSource {
  /** Unix time; it may step. */
  wall(): number;
  /** Time since an unspecified moment; it never steps back. */
  monotonic(): number;
  /** Calls back after `ms` of monotonic time; the returned function cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** A `Clock` (domain/ports/clock.ts) on a source of time. Checks for machine sleep when a timer fires. */
export function clockFrom({ wall, monotonic, timer }: TimeSource) {
  const read = (): ClockReading => ({ wall: wall(), monotonic: monotonic() });
  const listeners = new Set<(ms: number) => void>();
  let last = read();
  /** `now` minus monotonic time, ms. */
  let ahead = last.wall - last.monotonic;
  // Whole milliseconds: the database's columns for times hold integers only.
  const now = (): number => Math.round(monotonic() + ahead);

  function lookForSleep(): void {
    const reading = read();
    const slept = machineSleepMs(last, reading);
    last = reading;
    if (slept === 0) return;
    // After a wall clock was set back, its return adds nothing.
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
        lookForSleep();
        callback();
      }),
    onSleep(callback: (ms: number) => void): () => void {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}

/** Real time. */
export const systemClock = clockFrom({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
