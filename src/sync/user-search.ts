import { BackendError } from '../domain/errors.ts';
import type { SyncContext } from './sync-context.ts';

export interface UserSearch {
  /** Loads the users whose names contain `text` into the state. Cancels the search before it. */
  find(text: string): void;
  stop(): void;
}

/** Finds users to choose an owner from. A server that forbids it is not queried again. */
export function createUserSearch({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): UserSearch {
  let pending: AbortController | null = null;
  /** Texts that were searched successfully in this run. */
  const searched = new Set<string>();

  async function search(text: string, signal: AbortSignal): Promise<void> {
    try {
      const users = await backend.users(text, signal);
      if (signal.aborted) return;
      searched.add(text);
      store.dispatch({ type: 'users-received', users });
    } catch (error) {
      if (signal.aborted) return;
      // Other errors can be temporary: the next search tries again.
      if (error instanceof BackendError && error.kind === 'forbidden')
        store.dispatch({ type: 'users-forbidden' });
    }
  }

  const stop = (): void => {
    pending?.abort();
    pending = null;
  };
  return {
    find(text) {
      stop();
      if (searched.has(text) || store.getState().users.forbidden) return;
      pending = new AbortController();
      void search(text, pending.signal);
    },
    stop,
  };
}
