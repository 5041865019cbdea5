import type { Clock } from '../domain/ports/clock.ts';
import type { RequestLog } from '../domain/ports/request-log.ts';
import type { Store } from '../store/store.ts';

/** Several requests at once are one change of the screen; ms. */
const COLLECT_MS = 250;

/**
 * Keeps the requests in the state while their overlay is open and follows them. A scrolled overlay stays as it is. Returns a
 * function that stops it.
 */
export function startShowingRequests({
  store,
  clock,
  log,
}: {
  readonly store: Store;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: RequestLog;
}): () => void {
  let stopLog: (() => void) | null = null;
  let cancelTimer: (() => void) | null = null;

  function show(): void {
    cancelTimer = null;
    store.dispatch({ type: 'requests-recorded', records: log.records() });
  }

  function pause(): void {
    stopLog?.();
    cancelTimer?.();
    stopLog = null;
    cancelTimer = null;
  }

  function update(): void {
    const { view, requestRecords } = store.getState();
    const { overlay } = view;
    if (overlay?.kind === 'requests' && overlay.top === null) {
      if (stopLog !== null) return;
      stopLog = log.onChange(() => {
        cancelTimer ??= clock.after(COLLECT_MS, show);
      });
      return show();
    }
    if (stopLog !== null) pause();
    if (overlay?.kind !== 'requests' && requestRecords !== null)
      store.dispatch({ type: 'requests-recorded', records: null });
  }

  const unsubscribe = store.subscribe(update);
  return () => {
    unsubscribe();
    pause();
  };
}
