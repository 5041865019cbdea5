import { sourceOf } from '../domain/sources.ts';
import { chatFacts, isTurnRunning } from '../domain/task.ts';
import { taskById } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Loads the cost of the chat in view, once after each of its turns; never of a chat in the background. Without
 * an answer the heading lacks the cost. Returns a function that stops it.
 */
export function startLoadingCosts({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  /** The time of the last change of each chat whose cost was requested. */
  const requested = new Map<string, number>();
  const hasCosts = backend.sources.some(({ cost }) => cost !== undefined);

  const loadForViewed = (): void => {
    const state = store.getState();
    const task = taskById(state, state.viewedTaskId);
    const facts = task && chatFacts(task);
    if (task === null || facts === null || isTurnRunning(facts)) return;
    if (requested.get(task.id) === task.updatedAt) return;
    requested.set(task.id, task.updatedAt);
    sourceOf(backend, task)
      .cost?.(task, signal)
      .then(
        (cost) => {
          if (cost !== null && !signal.aborted)
            store.dispatch({ type: 'cost-received', taskId: task.id, cost });
        },
        () => {},
      );
  };
  const unsubscribe = hasCosts ? store.subscribe(loadForViewed) : () => {};
  return () => {
    unsubscribe();
    controller.abort();
  };
}
