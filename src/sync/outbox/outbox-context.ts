import type { OutboxStorage } from '../../domain/ports/outbox-storage.ts';
import type { Task } from '../../domain/task.ts';
import type { FetchTranscript } from '../refresh/fetch-transcript.ts';
import type { SyncContext } from '../sync-context.ts';

export interface OutboxContext extends SyncContext {
  readonly outboxStorage: OutboxStorage;
  readonly fetchTranscript: FetchTranscript;
  /** Resolves to true when the server accepted the resume. A failure is shown as a notice. */
  readonly resume: (taskId: string, task?: Task) => Promise<boolean>;
  /** Called when the task changed: the server accepted a message, or reported a state other than the known one. */
  readonly onTaskChanged: (taskId: string) => void;
}
