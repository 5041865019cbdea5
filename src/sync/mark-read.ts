import type { LocalRead } from '../domain/local-read.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { sourceOf } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/** A stream that has not opened by then may never do: the read is reported by a request; ms. */
export const OPENING_MS = 5_000;

/**
 * Reports the tasks that its user has read here to the server, once for each status. Sends no request where a stream does
 * that. A failure changes nothing: the task stays read on this screen. Returns a function that stops it.
 */
export function startMarkingRead({
  backend,
  store,
  clock,
}: Pick<SyncContext, 'backend' | 'store'> & { readonly clock: Pick<Clock, 'after'> }): () => void {
  const controller = new AbortController();
  const reported = new WeakSet<LocalRead>();
  /** Reads that wait for the stream of their task, by task id. */
  const waiting = new Map<string, () => void>();
  let { reads, followedTaskId } = store.getState();

  function report(task: Task, read: LocalRead): void {
    reported.add(read);
    void sourceOf(backend, task)
      .markRead?.(task, controller.signal)
      .catch(() => {});
  }

  /** Whether the stream of the task is expected to open, because the user reads the task. */
  const isOpening = (task: Task): boolean => {
    const { capabilities, follow } = sourceOf(backend, task);
    return (
      follow !== undefined &&
      capabilities.followMarksRead === true &&
      store.getState().readingTaskId === task.id
    );
  };

  function update(): void {
    const state = store.getState();
    if (state.settings.readOnly) return;
    for (const [id, read] of reads) {
      if (read.isSettled || reported.has(read)) continue;
      const task = knownTask(state, id);
      // Only its owner can mark a task as read.
      if (task === null || (state.user !== null && state.user.username !== task.ownerName)) continue;
      if (!isOpening(task)) report(task, read);
      // The server marks the task when the stream closes.
      else if (followedTaskId === id) reported.add(read);
      else if (!waiting.has(id))
        waiting.set(
          id,
          clock.after(OPENING_MS, () => reportLate(id)),
        );
    }
  }

  function reportLate(id: string): void {
    waiting.delete(id);
    const read = reads.get(id);
    const state = store.getState();
    const task = knownTask(state, id);
    if (
      state.settings.readOnly ||
      read === undefined ||
      task === null ||
      read.isSettled ||
      reported.has(read)
    )
      return;
    report(task, read);
  }

  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    if (state.reads === reads && state.followedTaskId === followedTaskId) return;
    ({ reads, followedTaskId } = state);
    update();
  });
  return () => {
    unsubscribe();
    for (const cancel of waiting.values()) cancel();
    controller.abort();
  };
}
