import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import type { SyncContext } from '../sync-context.ts';
import { dedupeRequests } from './dedupe-requests.ts';

export interface FetchedTranscript {
  readonly transcript: Transcript;
  /** When the request started, Unix ms. */
  readonly startedAt: number;
}

/** Resolves to the transcript of a task. Rejects with a BackendError, or with the reason of the signal. */
export type FetchTranscript = (
  task: Task,
  signal: AbortSignal,
  onProgress?: () => void,
) => Promise<FetchedTranscript>;

/** Concurrent calls for one task share a request. */
export function createTranscriptFetcher({
  backend,
  clock,
}: Pick<SyncContext, 'backend' | 'clock'>): FetchTranscript {
  const share = dedupeRequests<FetchedTranscript>();
  return (task, signal, onProgress) =>
    share(
      task.id,
      async (sharedSignal, onSharedProgress) => {
        const startedAt = clock.now();
        return { transcript: await backend.transcript(task, sharedSignal, onSharedProgress), startedAt };
      },
      signal,
      onProgress,
    );
}
