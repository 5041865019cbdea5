import type { TaskRef } from '../task.ts';
import type { Transcript } from '../transcript.ts';

/** A change of a followed conversation. */
export type FollowEvent =
  /** The conversation changed, or may have: it must be requested. */
  | { readonly type: 'changed' }
  /** The whole conversation. `revision` grows with each change of it while the stream is open. */
  | { readonly type: 'transcript'; readonly transcript: Transcript; readonly revision: number };

/**
 * Streams of a source that pushes. Each promise rejects with a BackendError when the stream breaks, also when it is
 * silent for too long, and resolves when the server ends it. Both mean that the stream must be opened again.
 */
export interface Push {
  /** Calls `onHint` when the stream is open, because earlier changes may be missing, and after each change of a task. */
  watch?(onHint: () => void, signal: AbortSignal): Promise<void>;
  /** Calls `onEvent` when the stream is open, and after each change of the conversation. */
  follow?(task: TaskRef, onEvent: (event: FollowEvent) => void, signal: AbortSignal): Promise<void>;
}
