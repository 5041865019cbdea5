import type { StoreEvent } from './event.ts';
import { reduce } from './reducer.ts';
import type { State } from './state.ts';

/** One immutable state and whoever wants to know when it is another. */
export interface Store {
  getState(): State;
  dispatch(event: StoreEvent): void;
  /**
   * Calls `listener` after every change; the returned function ends it. One that throws keeps no other from being called:
   * its error goes to `report`.
   */
  subscribe(listener: () => void): () => void;
  /** Reports a fault of taskdeck itself, after which the program goes on. Never throws. */
  report(error: unknown): void;
}

/** Without `report` a fault becomes an uncaught exception. */
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
