import type { Clock } from '../domain/ports/clock.ts';
import type { Store } from '../store/store.ts';
import { taskInView } from '../store/task-in-view.ts';

/** A task is looked at when it has been on screen for this long: a cursor that passes by has seen nothing; ms. */
export const SEEN_AFTER_MS = 700;

/** Notes which task the user looks at. Returns how to end it. */
export function startMarkingSeen({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): () => void {
  let watchedId: string | null = null;
  let cancel = (): void => {};
  const handleStateChange = (): void => {
    const taskId = taskInView(store.getState());
    if (taskId === watchedId) return;
    watchedId = taskId;
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
