import type { OutboxRows } from '../../domain/outbox-rows.ts';
import type { Task } from '../../domain/task.ts';
import type { Context } from '../context.ts';
import type { Look } from '../look.ts';

export interface OutboxContext extends Context {
  readonly rows: OutboxRows;
  readonly look: Look;
  /** Resolves to whether the task will start; what was wrong the user has been told. */
  readonly resume: (taskId: string, task?: Task) => Promise<boolean>;
  /** Called when the server took a message, or said that the task is otherwise than we thought. */
  readonly changed: (taskId: string) => void;
}
