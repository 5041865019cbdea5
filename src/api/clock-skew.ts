const MINUTE = 60_000;
/** Ignored difference, ms: the measurement is inexact, and clocks set by NTP differ by less. */
const TOLERANCE = 45_000;
/** Longer requests are too inexact to measure with, ms. */
const MAX_ROUND_TRIP = 5_000;

/** How far a server's clock is ahead of ours, measured with the `Date` header of its responses. */
export class ClockSkew {
  #ms = 0;

  /** Ms, in whole minutes: small measuring errors must not change the times of tasks. */
  get ms(): number {
    return this.#ms;
  }

  /** `date` is the `Date` header; `sentAt` and `receivedAt` are Unix ms by our clock. */
  update(date: string | string[] | undefined, sentAt: number, receivedAt: number): void {
    const serverTime = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(serverTime) || receivedAt - sentAt > MAX_ROUND_TRIP || receivedAt < sentAt) return;
    // The header has whole seconds, rounded down.
    const ahead = serverTime + 500 - (sentAt + receivedAt) / 2;
    if (Math.abs(ahead - this.#ms) > TOLERANCE) this.#ms = Math.round(ahead / MINUTE) * MINUTE;
  }
}
