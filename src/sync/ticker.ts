import type { Clock } from '../domain/ports/clock.ts';
import { nextTickAt } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';

/** Dispatches `clock-ticked` whenever time alone changes a text on the screen. Returns a function that stops it. */
export function startTicker(store: Store, clock: Clock): () => void {
  let cancel = (): void => {};
  let at = Number.POSITIVE_INFINITY;
  const schedule = (): void => {
    const next = nextTickAt(store.getState());
    if (next === at) return;
    at = next;
    cancel();
    cancel = clock.after(Math.max(0, next - clock.now()), () => {
      at = Number.POSITIVE_INFINITY;
      store.dispatch({ type: 'clock-ticked', now: clock.now() });
      schedule();
    });
  };
  const unsubscribe = store.subscribe(schedule);
  schedule();
  return () => {
    unsubscribe();
    cancel();
  };
}
