import type { LocalRead } from '../domain/local-read.ts';
import { sourceOf } from '../domain/sources.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Reports the tasks that its user has read here to the server, once for each status. A failure changes nothing: the task stays read
 * on this screen. Returns a function that stops it.
 */
export function startMarkingRead({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): () => void {
  const controller = new AbortController();
  const reported = new WeakSet<LocalRead>();
  let { reads } = store.getState();
  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    if (state.reads === reads) return;
    reads = state.reads;
    for (const [id, read] of reads) {
      if (read.isSettled || reported.has(read)) continue;
      reported.add(read);
      const task = knownTask(state, id);
      // Only its owner can mark a task as read.
      if (task === null || (state.user !== null && state.user.username !== task.ownerName)) continue;
      void sourceOf(backend, task)
        .markRead?.(task, controller.signal)
        .catch(() => {});
    }
  });
  return () => {
    unsubscribe();
    controller.abort();
  };
}
