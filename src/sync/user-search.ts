import { BackendError } from '../domain/errors.ts';
import type { SyncContext } from './sync-context.ts';

export interface UserSearch {
  /** Asks the server for the users whose names hold a text. Of several questions only the last one is answered. */
  find(text: string): void;
  stop(): void;
}

/** Learns who else there is, so that an owner can be chosen. Where the server does not say, a name can be typed. */
export function createUserSearch({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): UserSearch {
  let pending: AbortController | null = null;
  /** What was answered already, in this run. */
  const searched = new Set<string>();

  async function search(text: string, signal: AbortSignal): Promise<void> {
    try {
      const users = await backend.users(text, signal);
      if (signal.aborted) return;
      searched.add(text);
      store.dispatch({ type: 'users-received', users });
    } catch (error) {
      if (signal.aborted) return;
      // Anything else may pass: the next letter asks again.
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
