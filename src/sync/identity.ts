import type { Context } from './context.ts';
import { createPoller, type Poller } from './poller.ts';

/**
 * Learns once which server this is, who the user is, and what tasks can be made from: with the templates at hand a
 * new task can be written without waiting for them.
 */
export function learnIdentity({ backend, store, clock, random }: Context): Poller {
  return createPoller({
    clock,
    random,
    async ask(signal) {
      const { version } = await backend.serverInfo(signal);
      store.dispatch({ type: 'server-known', version });
      store.dispatch({ type: 'user-known', user: await backend.me(signal) });
      store.dispatch({ type: 'templates-arrived', templates: await backend.templates(signal) });
      return null;
    },
    // What is wrong with the server is the list's to say.
    failed: () => {},
  });
}
