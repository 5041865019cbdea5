/** Time, so that tests can hold it still. */
export interface Clock {
  /** Unix time in ms. */
  now(): number;
  /** Runs `callback` after `ms`; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}
