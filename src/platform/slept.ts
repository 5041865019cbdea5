/** Both clocks of a machine at one moment, ms. */
export interface ClockReading {
  readonly wall: number;
  readonly monotonic: number;
}

/** A wall clock that gains less than this on the monotonic one is being adjusted; ms. */
const MAX_ADJUSTMENT_MS = 5_000;

/**
 * How long the machine slept between two readings, ms; 0 when it did not. Monotonic time stands still while a laptop
 * sleeps, so the wall clock is ahead by the sleep afterwards. A wall clock that was set back is no sleep; one that was set
 * forward looks like one.
 */
export function machineSleepMs(before: ClockReading, after: ClockReading): number {
  const gained = after.wall - before.wall - (after.monotonic - before.monotonic);
  return gained > MAX_ADJUSTMENT_MS ? gained : 0;
}
