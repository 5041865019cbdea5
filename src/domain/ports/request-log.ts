/** A request or a WebSocket of this run. Texts are untrusted and have no secrets. */
export interface LoggedRequest {
  /** Grows with each request. */
  readonly id: number;
  /** An HTTP method; `WS` for a WebSocket. */
  readonly method: string;
  /** With the names of the query's parameters, and without their values. */
  readonly path: string;
  /** The start, Unix ms. */
  readonly at: number;
  /** The HTTP status; null until a response arrives, and without one. */
  readonly status: number | null;
  /** Why it ended without a response, or how a WebSocket ended: `timeout`, `closed 1001`. Empty until then. */
  readonly end: string;
  /** The time from the start to the end, ms; null until the end. */
  readonly tookMs: number | null;
  /** Received so far, without headers; decompressed. */
  readonly bytes: number;
}

/** An error in full. Texts are untrusted and have no secrets. */
export interface LoggedError {
  /** The last request with this error. */
  readonly request: LoggedRequest;
  /** How often it came in a row for this method and path. */
  readonly count: number;
  /** Message, detail and hint, as the user reads them. */
  readonly message: string;
  /** The error below it, such as Node's; empty for none. */
  readonly cause: string;
  /** The beginning of the response's body; empty for none. */
  readonly body: string;
  /** The reaction of taskdeck, such as `tries again after 5 s`; empty for none. */
  readonly next: string;
}

export interface RequestRecords {
  /** Oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Oldest first. */
  readonly errors: readonly LoggedError[];
  /** The number of requests since the start, those that are no longer recorded included. */
  readonly total: number;
}

/** The last requests of this run and their last errors, in memory. */
export interface RequestLog {
  /** A copy that does not change. */
  records(): RequestRecords;
  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Records the reaction to an error. Ignores an error that no request caused. */
  noteNext(error: unknown, next: string): void;
}
