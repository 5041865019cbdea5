import type { Clock } from '../domain/ports/clock.ts';
import { watchable } from '../store/looked-at.ts';
import type { Store } from '../store/store.ts';

/** A task is looked at when it has been on screen for this long: a cursor that passes by has seen nothing; ms. */
export const DWELL_MS = 700;

/** Notes which task the user looks at. Returns how to end it. */
export function startWatching({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): () => void {
  let target: string | null = null;
  let cancel = (): void => {};
  const look = (): void => {
    const taskId = watchable(store.getState());
    if (taskId === target) return;
    target = taskId;
    cancel();
    if (store.getState().watched !== null) store.dispatch({ type: 'watched', taskId: null });
    if (taskId !== null) cancel = clock.after(DWELL_MS, () => store.dispatch({ type: 'watched', taskId }));
  };
  const unsubscribe = store.subscribe(look);
  look();
  return () => {
    unsubscribe();
    cancel();
  };
}
