import type { SyncContext } from '../sync-context.ts';
import { createPollLoop, type PollLoop } from './poll-loop.ts';

/** Loads the server version, the user and the templates once. With the templates, the form opens without a delay. */
export function loadIdentity({ backend, store, clock, timers, probes, random }: SyncContext): PollLoop {
  type Loader = (signal: AbortSignal, onProgress: () => void) => Promise<void>;
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

  return createPollLoop({
    onInternalError: store.report,
    clock,
    timers,
    probes,
    random,
    async poll(signal, onProgress) {
      const failures: unknown[] = [];
      // One after the other, to leave connections to the list and the transcript. A failure does not stop the others.
      for (const load of loaders) {
        if (signal.aborted) break;
        await load(signal, onProgress).catch((error: unknown) => {
          failures.push(error);
          // A loader that hangs ends this poll, so it goes last in the next one.
          loaders = [...loaders.filter((each) => each !== load), load];
        });
      }
      if (failures.length > 0) throw failures[0];
      return null;
    },
    // The poller of the list reports problems of the server.
    onFailure: () => {},
  });
}
