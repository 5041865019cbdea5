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
