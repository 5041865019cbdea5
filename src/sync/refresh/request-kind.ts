import type { BackendError } from '../../domain/errors.ts';
import type { State } from '../../store/state.ts';
import type { Interval } from './intervals.ts';

/** Kinds of requests that share a name are woken together, such as the lists of several sources. */
export type RequestName =
  | 'list'
  | 'status'
  | 'transcript'
  | 'older'
  | 'build'
  | 'identity'
  | 'unlisted'
  | 'menu';

/** The effect of a state change on a kind: one more request, or a new start after a delay in ms. */
export type Reaction = 'wake' | { readonly restartMs: number } | null;

export interface RequestCall {
  /** A request must end with it, and ignore a response that comes later. */
  readonly signal: AbortSignal;
  /** To be called when bytes arrive: a silent request is aborted. */
  readonly onBytes: () => void;
  /** Whether the stream of the kind is open and reports changes. */
  isStreamHealthy(): boolean;
  /** Wakes the kinds of this name: see `Scheduler.wake`. */
  wake(name: RequestName): void;
}

/** Requests that are repeated, as data. The scheduler decides when to send them; one of a kind at a time. */
export interface RequestKind {
  readonly name: RequestName;
  /** Without it, state changes have no effect on the kind. */
  onChange?(before: State, after: State): Reaction;
  /** The minimum delay after a failure, ms. */
  retryMs(state: State): number;
  /**
   * Sends the requests that this state needs, and dispatches the answers. Resolves to the ms until the next call; null
   * for none before a wake. Rejects with a BackendError.
   */
  request(call: RequestCall): Promise<Interval>;
  /** Called when a request failed; the next one starts at `retryAt`, Unix ms. */
  onFailure?(error: BackendError, retryAt: number): void;
  readonly push?: PushedChanges;
}

/** A stream that reports changes between requests. The scheduler opens it, and opens it again when it breaks. */
export interface PushedChanges {
  /** Whether requests are due only for reported changes while the stream is healthy. */
  readonly replacesPolling: boolean;
  /** Identifies the stream that this state needs, such as a task; null for none. */
  key(state: State): string | null;
  /** Must call a function of `events` when the stream is open. Resolves or rejects when it ends. */
  open(events: PushEvents, signal: AbortSignal): Promise<void>;
  /** Called when the healthy stream of `key` ended by itself, or is not needed any more. */
  onEnd?(key: string): void;
}

/** To be called with each change, until the signal of the stream aborts. */
interface PushEvents {
  /** A change must be requested. */
  changed(): void;
  /** A change is in the state already. */
  received(): void;
}
