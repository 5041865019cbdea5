import type { Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import { sharing } from './sharing.ts';
import type { SyncContext } from './sync-context.ts';

export interface FetchedTranscript {
  readonly transcript: Transcript;
  /** When it was asked for, Unix ms. */
  readonly startedAt: number;
}

/** Asks for a task's transcript; rejects as the backend does, and with the signal's reason when it is given up. */
export type FetchTranscript = (
  task: Task,
  signal: AbortSignal,
  heard?: () => void,
) => Promise<FetchedTranscript>;

/** Looks at transcripts, each at most once at the same time. */
export function createTranscriptFetcher({
  backend,
  clock,
}: Pick<SyncContext, 'backend' | 'clock'>): FetchTranscript {
  const share = sharing<FetchedTranscript>();
  return (task, signal, heard) =>
    share(
      task.id,
      async (shared, heardBy) => {
        const startedAt = clock.now();
        return { transcript: await backend.transcript(task, shared, heardBy), startedAt };
      },
      signal,
      heard,
    );
}
