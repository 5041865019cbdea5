import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import type { Task } from '../../domain/task.ts';
import type { FetchTranscript } from '../fetch-transcript.ts';
import type { SyncContext } from '../sync-context.ts';

export interface OutboxContext extends SyncContext {
  readonly outboxStorage: OutboxStorage;
  readonly fetchTranscript: FetchTranscript;
  /** Resolves to whether the task will start; what was wrong the user has been told. */
  readonly resume: (taskId: string, task?: Task) => Promise<boolean>;
  /** Called when the server took a message, or said that the task is otherwise than we thought. */
  readonly onTaskChanged: (taskId: string) => void;
}
