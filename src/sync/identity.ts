import type { Context } from './context.ts';
import { createPoller, type Poller } from './poller.ts';

/**
 * Learns once which server this is, who the user is, and what tasks can be made from: with the templates at hand a
 * new task can be written without waiting for them.
 */
export function learnIdentity({ backend, store, clock, rounds, random }: Context): Poller {
  return createPoller({
    fault: store.report,
    clock,
    rounds,
    random,
    async ask(signal) {
      const { serverVersion, user, templates } = store.getState();
      const answers = [
        serverVersion === null &&
          (async () => {
            const { version } = await backend.serverInfo(signal);
            store.dispatch({ type: 'server-known', version });
          }),
        user === null && (async () => store.dispatch({ type: 'user-known', user: await backend.me(signal) })),
        templates === null &&
          (async () =>
            store.dispatch({ type: 'templates-arrived', templates: await backend.templates(signal) })),
      ];
      const failures: unknown[] = [];
      // One after the other: the list and the conversation come first. What one is refused does not keep the others.
      for (const learn of answers) if (learn !== false) await learn().catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
      return null;
    },
    // What is wrong with the server is the list's to say.
    failed: () => {},
  });
}
