import { BackendError } from '../domain/errors.ts';
import type { Source } from '../domain/ports/source.ts';
import { sourceOf } from '../domain/sources.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { ActionResult } from './for-each-task.ts';
import { writeNote } from './output.ts';
import type { ScriptContext } from './script-context.ts';

/** The action that only ends the turn, and the one that deletes the server's queue first. */
export const INTERRUPT = 'interrupt';
const INTERRUPT_ALL = 'interrupt-all';

/** Status words of a chat without a turn. */
const IDLE_STATUSES: ReadonlySet<string> = new Set(['waiting', 'error', 'paused', 'completed']);

/**
 * Ends the turn of a chat. It is no failure when there is none. Notes on stderr that the first message of the server's
 * queue runs next, unless the queue is deleted.
 */
export async function interruptChat(
  context: ScriptContext,
  task: Task,
  clearQueue: boolean,
): Promise<ActionResult> {
  const { backend, io, signal } = context;
  const source = sourceOf(backend, task);
  const name = sanitiseLine(task.name);
  const queued = await queueLength(source, task, signal);
  const wasRunning =
    !isIdle(task) && (await end(source, task, clearQueue ? INTERRUPT_ALL : INTERRUPT, signal));
  if (!wasRunning) {
    if (clearQueue && queued !== 0) await clear(source, task, signal);
    return { line: `${name} is idle.` };
  }
  if (!clearQueue && queued !== null && queued > 0)
    await writeNote(
      io,
      `${name}: its next queued message runs now. Use interrupt --clear-queue to delete the queue.`,
    );
  return { line: `${name} is interrupted.` };
}

const isIdle = (task: Task): boolean => IDLE_STATUSES.has(chatFacts(task)?.status ?? '');

/** Whether a turn ran. */
async function end(source: Source, task: Task, action: string, signal: AbortSignal): Promise<boolean> {
  try {
    await source.run(action, task, signal);
    return true;
  } catch (error) {
    // The turn can end meanwhile.
    if (error instanceof BackendError && error.kind === 'conflict' && isIdle(await source.get(task, signal)))
      return false;
    throw error;
  }
}

/** The length of the server's queue; null when the server does not say. */
async function queueLength(source: Source, task: Task, signal: AbortSignal): Promise<number | null> {
  try {
    return (await source.transcript(task, signal)).queue?.length ?? chatFacts(task)?.queueLength ?? null;
  } catch (error) {
    if (error instanceof BackendError && error.kind !== 'aborted') return null;
    throw error;
  }
}

/** Deletes the queue of an idle chat: after a failed turn it stays. */
async function clear(source: Source, task: Task, signal: AbortSignal): Promise<void> {
  const { queue = [] } = await source.transcript(task, signal);
  for (const { id } of queue) {
    try {
      await source.cancelQueued?.(task, id, signal);
    } catch (error) {
      // It has left the queue meanwhile.
      const isGone =
        error instanceof BackendError && (error.kind === 'conflict' || error.kind === 'not-found');
      if (!isGone) throw error;
    }
  }
}
