import { createPoller, type Poller } from './poller.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Learns once which server this is, who the user is, and what tasks can be made from: with the templates at hand a
 * new task can be written without waiting for them.
 */
export function loadIdentity({ backend, store, clock, rounds, probes, random }: SyncContext): Poller {
  type Loader = (signal: AbortSignal, heard: () => void) => Promise<void>;
  const loadServer: Loader = async (...request) => {
    if (store.getState().serverVersion !== null) return;
    const { version } = await backend.serverInfo(...request);
    store.dispatch({ type: 'server-version-received', version });
  };
  const loadUser: Loader = async (...request) => {
    if (store.getState().user !== null) return;
    store.dispatch({ type: 'user-received', user: await backend.me(...request) });
  };
  const loadTemplates: Loader = async (...request) => {
    if (store.getState().templates !== null) return;
    store.dispatch({ type: 'templates-received', templates: await backend.templates(...request) });
  };
  let loaders: readonly Loader[] = [loadServer, loadUser, loadTemplates];

  return createPoller({
    onInternalError: store.report,
    clock,
    rounds,
    probes,
    random,
    async poll(signal, heard) {
      const failures: unknown[] = [];
      // One after the other: the list and the conversation come first. What one is refused does not keep the others.
      for (const load of loaders) {
        if (signal.aborted) break;
        await load(signal, heard).catch((error: unknown) => {
          failures.push(error);
          // One that hangs ends this poll: the others come first in the next.
          loaders = [...loaders.filter((each) => each !== load), load];
        });
      }
      if (failures.length > 0) throw failures[0];
      return null;
    },
    // What is wrong with the server is the list's to say.
    onFailure: () => {},
  });
}
