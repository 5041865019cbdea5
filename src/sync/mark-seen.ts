import type { Clock } from '../domain/ports/clock.ts';
import type { Store } from '../store/store.ts';
import { taskInView } from '../view/task-in-view.ts';

/** A task counts as viewed after this time on the screen, so that a passing cursor views nothing; ms. */
export const SEEN_AFTER_MS = 700;

/** Dispatches `task-viewed` for the task on the screen. Returns a function that stops it. */
export function startMarkingSeen({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): () => void {
  let inViewId: string | null = null;
  let cancel = (): void => {};
  const handleStateChange = (): void => {
    const taskId = taskInView(store.getState());
    if (taskId === inViewId) return;
    inViewId = taskId;
    cancel();
    if (store.getState().viewedTaskId !== null) store.dispatch({ type: 'task-viewed', taskId: null });
    if (taskId !== null)
      cancel = clock.after(SEEN_AFTER_MS, () => store.dispatch({ type: 'task-viewed', taskId }));
  };
  const unsubscribe = store.subscribe(handleStateChange);
  handleStateChange();
  return () => {
    unsubscribe();
    cancel();
  };
}
