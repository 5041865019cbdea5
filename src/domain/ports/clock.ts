/** Time as a port, so that tests control it. All times in ms. */
export interface Clock {
  /**
   * The time for the state, ages and due times. Starts as wall time and continues as monotonic time, so setting the
   * wall clock back does not change it. A sleep of the machine, or a wall clock that is set forward, is added when the
   * next timer fires (`sleptMs`): the two cannot be distinguished.
   */
  now(): number;
  /** Monotonic time without machine sleep, for time limits that neither a sleep nor a clock change may shorten. */
  monotonic(): number;
  /** The machine's Unix time, which can jump: for stored times and displayed dates. */
  wall(): number;
  /** Runs `callback` after `ms` of monotonic time. The returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
  /**
   * Runs `callback` after the machine has slept, with the ms by which `now` advanced, before the callback of the timer
   * that detected it. The returned function unsubscribes.
   */
  onSleep(callback: (ms: number) => void): () => void;
}
