import type { RecordedRequest } from '../coder-server.ts';
import type { OperationName } from './operations.ts';

/** A fault of one request, beside or instead of its operation. */
export interface Fault {
  /** Waits before the operation: a slow server, or one that writes late. */
  readonly delayBeforeMs?: number;
  /** Waits after the operation: the answer is late, the change is not. */
  readonly delayAfterMs?: number;
  /** Resets the connection before or after the operation. In both cases without any byte of an answer. */
  readonly cut?: 'before the write' | 'after the write';
  /** Answers this instead of running the operation. */
  readonly answer?: FaultyAnswer;
  /** Runs the operation and answers this: a proxy that timed out, or an error after the write. */
  readonly answerAfter?: FaultyAnswer;
}

/** A string is a body of HTML, everything else JSON. */
interface FaultyAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The operation takes effect, and the answer is lost. */
export const LOST_ANSWER: Fault = { cut: 'after the write' };

/** The connection breaks before the operation takes effect. */
export const CUT_BEFORE: Fault = { cut: 'before the write' };

/** The general limit of requests, with `Retry-After`. */
export const rateLimit = (retryAfterSeconds: number): Fault => ({
  answer: {
    status: 429,
    body: { message: "You've been rate limited for sending more than 512 requests in 1m0s." },
    headers: { 'retry-after': String(retryAfterSeconds) },
  },
});

/** The full queue: 429 without `Retry-After`. */
export const QUEUE_FULL: Fault = {
  answer: {
    status: 429,
    body: { message: 'Message queue is full.', detail: 'Maximum 20 messages can be queued.' },
  },
};

/** Decides about each request. Null: no fault. */
export type FaultSource = (operation: OperationName, request: RecordedRequest) => Fault | null;

interface PlannedFault {
  readonly on: OperationName;
  readonly fault: Fault;
  left: number;
}

/** The faults of a server: planned by tests one by one, or decided by a function. */
export class Faults {
  #planned: PlannedFault[] = [];
  #decide: FaultSource = () => null;

  /** The next `times` requests of the operation have the fault. Several faults of an operation come in turn. */
  plan(on: OperationName, fault: Fault, times = 1): void {
    this.#planned.push({ on, fault, left: times });
  }

  /** Asks `decide` about each request for which no fault is planned. */
  decideBy(decide: FaultSource): void {
    this.#decide = decide;
  }

  clear(): void {
    this.#planned = [];
    this.#decide = () => null;
  }

  /** The fault of this request. */
  next(operation: OperationName, request: RecordedRequest): Fault | null {
    const planned = this.#planned.find(({ on }) => on === operation);
    if (planned === undefined) return this.#decide(operation, request);
    planned.left -= 1;
    this.#planned = this.#planned.filter(({ left }) => left > 0);
    return planned.fault;
  }
}
