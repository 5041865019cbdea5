import type { Context } from './context.ts';
import { createPoller, type Poller } from './poller.ts';

/** Learns once who the user is and which server this is; both are only shown. */
export function learnIdentity({ backend, store, clock, random }: Context): Poller {
  return createPoller({
    clock,
    random,
    async ask(signal) {
      const { version } = await backend.serverInfo(signal);
      store.dispatch({ type: 'server-known', version });
      store.dispatch({ type: 'user-known', user: await backend.me(signal) });
      return null;
    },
    // What is wrong with the server is the list's to say.
    failed: () => {},
  });
}
