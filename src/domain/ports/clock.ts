/** Time, so that tests can hold it still; all of it in ms. */
export interface Clock {
  /**
   * The time that the state, ages and due times are in. It begins as wall time and goes on as monotonic time: a wall clock
   * that is set back does not change it, and it never goes back. A sleep of the machine is added when the next timer fires
   * (`sleptMs`), and so is a wall clock that is set forward, which cannot be told apart.
   */
  now(): number;
  /**
   * Monotonic time since an unspecified moment, without sleep of the machine: for time limits that neither a sleep nor a
   * clock that is set may cut short.
   */
  monotonic(): number;
  /** Unix time as the machine has it, which can step back and forward: for what is stored, and for dates that are shown. */
  wall(): number;
  /** Runs `callback` after `ms` of monotonic time; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
  /**
   * Runs `callback` whenever the machine has slept, with the ms by which `now` has moved forward for it, before the callback
   * of the timer that found out. The returned function ends it.
   */
  onSleep(callback: (ms: number) => void): () => void;
}
