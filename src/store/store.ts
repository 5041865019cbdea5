import type { StoreEvent } from './event.ts';
import { reduce } from './reducer.ts';
import type { State } from './state.ts';

/** Holds one immutable state and notifies listeners of changes. */
export interface Store {
  getState(): State;
  dispatch(event: StoreEvent): void;
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
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          report(error);
        }
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
