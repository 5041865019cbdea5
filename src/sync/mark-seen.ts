import type { Clock } from '../domain/ports/clock.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** A task counts as viewed after this time on the screen, so that a passing cursor views nothing; ms. */
export const SEEN_AFTER_MS = 700;

/** The id of the task that the user sees; null when there is none, and when the terminal window has no focus. */
export type TaskInView = (state: State) => string | null;

/** Dispatches `task-viewed` for the task on the screen. Returns a function that stops it. */
export function startMarkingSeen({
  store,
  clock,
  taskInView,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly taskInView: TaskInView;
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
