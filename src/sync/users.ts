import { BackendError } from '../domain/errors.ts';
import type { Context } from './context.ts';

export interface Users {
  /** Asks the server for the users whose names hold a text. Of several questions only the last one is answered. */
  find(text: string): void;
  stop(): void;
}

/** Learns who else there is, so that an owner can be chosen. Where the server does not say, a name can be typed. */
export function createUsers({ backend, store }: Pick<Context, 'backend' | 'store'>): Users {
  let asking: AbortController | null = null;
  /** What was answered already, in this run. */
  const known = new Set<string>();

  async function ask(text: string, signal: AbortSignal): Promise<void> {
    try {
      const users = await backend.users(text, signal);
      if (signal.aborted) return;
      known.add(text);
      store.dispatch({ type: 'users-arrived', users });
    } catch (error) {
      if (signal.aborted) return;
      // Anything else may pass: the next letter asks again.
      if (error instanceof BackendError && error.kind === 'forbidden')
        store.dispatch({ type: 'users-refused' });
    }
  }

  const stop = (): void => {
    asking?.abort();
    asking = null;
  };
  return {
    find(text) {
      stop();
      if (known.has(text) || store.getState().users.refused) return;
      asking = new AbortController();
      void ask(text, asking.signal);
    },
    stop,
  };
}
