import type { Task } from '../domain/task.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { Context } from './context.ts';
import { sharing } from './sharing.ts';

export interface Looked {
  readonly transcript: Transcript;
  /** When it was asked for, Unix ms. */
  readonly startedAt: number;
}

/** Asks for a task's transcript; rejects as the backend does, and with the signal's reason when it is given up. */
export type Look = (task: Task, signal: AbortSignal, heard?: () => void) => Promise<Looked>;

/** Looks at transcripts, each at most once at the same time. */
export function createLook({ backend, clock }: Pick<Context, 'backend' | 'clock'>): Look {
  const share = sharing<Looked>();
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
