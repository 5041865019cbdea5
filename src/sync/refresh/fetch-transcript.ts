import type { TranscriptReader } from '../../domain/receipt.ts';
import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import type { Transcript } from '../../domain/transcript.ts';
import type { SyncContext } from '../sync-context.ts';
import { dedupeRequests } from './dedupe-requests.ts';

interface FetchedTranscript {
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
        return {
          transcript: await sourceOf(backend, task).transcript(task, sharedSignal, onSharedProgress),
          startedAt,
        };
      },
      signal,
      onProgress,
    );
}

/** Puts what it reads in the state. `onProgress`: see `FetchTranscript`. */
export function createTranscriptReader({
  store,
  clock,
  fetchTranscript,
}: Pick<SyncContext, 'store' | 'clock'> & { readonly fetchTranscript: FetchTranscript }): (
  ...args: readonly [...Parameters<TranscriptReader>, onProgress?: () => void]
) => ReturnType<TranscriptReader> {
  return async (task, signal, onProgress) => {
    const calledAt = clock.now();
    let fetched = await fetchTranscript(task, signal, onProgress);
    // A shared request may have started before this call.
    if (fetched.startedAt < calledAt) fetched = await fetchTranscript(task, signal, onProgress);
    const { transcript, startedAt } = fetched;
    const refreshMs = store.getState().transcripts.get(task.id)?.refreshMs ?? Number.POSITIVE_INFINITY;
    const now = clock.now();
    store.dispatch({ type: 'transcript-received', taskId: task.id, transcript, startedAt, refreshMs, now });
    return { transcript, requestedAt: startedAt };
  };
}
