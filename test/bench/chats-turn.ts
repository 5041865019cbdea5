/** Parts of text for the turn of the first chat. */
export interface PartsRequest {
  readonly parts: readonly string[];
  readonly perSecond: number;
}

export interface PartsWritten {
  /** When each part was written, ms by `monotonicMs`. */
  readonly times: readonly number[];
}

/** A clock that all processes of a machine share, ms. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
