import type { StoreEvent } from './event.ts';
import { reduce } from './reducer.ts';
import type { State } from './state.ts';

/** Holds one immutable state and notifies listeners of changes. */
export interface Store {
  getState(): State;
  /** Applies the events in order, in one pass: listeners are notified once, and only see the last state. */
  dispatch(event: StoreEvent, ...more: readonly StoreEvent[]): void;
  /**
   * Runs `work` and then notifies the listeners once of all that it dispatched, also if it throws. `getState` is current
   * meanwhile. For work that passes through services, which dispatch on their own.
   */
  batch(work: () => void): void;
  /**
   * Calls `listener` after every change, until the returned function is called. An error in it goes to `report`; the other
   * listeners still run.
   */
  subscribe(listener: () => void): () => void;
  /** Reports a bug in taskdeck; the program goes on. Never throws. */
  report(error: unknown): void;
}

/** Without `report`, an error in a listener becomes an uncaught exception. */
export function createStore(initial: State, report: Store['report'] = throwLater): Store {
  let state = initial;
  let isBatching = false;
  const listeners = new Set<() => void>();

  function notify(): void {
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        report(error);
      }
    }
  }

  return {
    getState: () => state,
    dispatch(event, ...more) {
      const next = reduce(state, [event, ...more]);
      if (next === state) return;
      state = next;
      if (!isBatching) notify();
    },
    batch(work) {
      if (isBatching) return work();
      const before = state;
      isBatching = true;
      try {
        work();
      } finally {
        isBatching = false;
        if (state !== before) notify();
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report,
  };
}

const throwLater = (error: unknown): void =>
  queueMicrotask(() => {
    throw error;
  });
