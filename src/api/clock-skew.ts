const MINUTE = 60_000;
/** Clocks that are set by the network are not further apart, ms; and what is measured is not exact. */
const TOLERANCE = 45_000;
/** When in a longer wait the server wrote the time nobody knows; ms. */
const MAX_ROUND_TRIP = 5_000;

/** How far a server's clock is ahead of ours, as its answers tell: their times then are our own. */
export class ClockSkew {
  #ms = 0;

  /** Ms, in whole minutes: what is measured differs a little every time, and the times of a task must not. */
  get ms(): number {
    return this.#ms;
  }

  /** Takes an answer's `Date` header; when it was asked for and came, Unix ms by our clock. */
  update(date: string | string[] | undefined, sentAt: number, receivedAt: number): void {
    const serverTime = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(serverTime) || receivedAt - sentAt > MAX_ROUND_TRIP || receivedAt < sentAt) return;
    // The header is cut to the second.
    const ahead = serverTime + 500 - (sentAt + receivedAt) / 2;
    if (Math.abs(ahead - this.#ms) > TOLERANCE) this.#ms = Math.round(ahead / MINUTE) * MINUTE;
  }
}
