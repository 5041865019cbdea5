import { type ClockReading, machineSleepMs } from './slept.ts';

/** What a clock is made from; ms. */
export interface TimeSource {
  /** Unix time; it may step. */
  wall(): number;
  /** Time since an unspecified moment; it never steps back. */
  monotonic(): number;
  /** Calls back after `ms` of monotonic time; the returned function cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** A `Clock` (domain/ports/clock.ts) on a source of time. It looks for sleep whenever one of its timers fires. */
export function clockFrom({ wall, monotonic, timer }: TimeSource) {
  const read = (): ClockReading => ({ wall: wall(), monotonic: monotonic() });
  const listeners = new Set<(ms: number) => void>();
  let last = read();
  /** What `now` is ahead of monotonic time. */
  let ahead = last.wall - last.monotonic;
  // Whole milliseconds: the database's columns for times hold integers only.
  const now = (): number => Math.round(monotonic() + ahead);

  function lookForSleep(): void {
    const reading = read();
    const slept = machineSleepMs(last, reading);
    last = reading;
    if (slept === 0) return;
    // A wall clock that returns from being set back has nothing to add.
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
