import type { Action } from './action.ts';
import { reduce } from './reducer.ts';
import type { State } from './state.ts';

/** One immutable state and whoever wants to know when it is another. */
export interface Store {
  getState(): State;
  dispatch(action: Action): void;
  /** Calls `listener` after every change; the returned function ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
