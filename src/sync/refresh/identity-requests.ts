import type { SyncContext } from '../sync-context.ts';
import type { RequestCall, RequestKind } from './request-kind.ts';

/** Requests the server version, the user and the templates once. With the templates, the form opens without a delay. */
export function identityRequests({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): RequestKind {
  type Loader = (call: RequestCall) => Promise<void>;
  const loadServer: Loader = async ({ signal, onBytes }) => {
    if (store.getState().serverVersion !== null) return;
    const { version } = await backend.serverInfo(signal, onBytes);
    store.dispatch({ type: 'server-version-received', version });
  };
  const loadUser: Loader = async ({ signal, onBytes }) => {
    if (store.getState().user !== null) return;
    store.dispatch({ type: 'user-received', user: await backend.me(signal, onBytes) });
  };
  const loadTemplates: Loader = async ({ signal, onBytes }) => {
    if (store.getState().templates !== null) return;
    store.dispatch({ type: 'templates-received', templates: await backend.templates(signal, onBytes) });
  };
  let loaders: readonly Loader[] = [loadServer, loadUser, loadTemplates];

  return {
    name: 'identity',
    retryMs: () => 0,
    async request(call) {
      const failures: unknown[] = [];
      // One after the other, to leave connections to the list and the transcript. A failure does not stop the others.
      for (const load of loaders) {
        if (call.signal.aborted) break;
        await load(call).catch((error: unknown) => {
          failures.push(error);
          // A loader that hangs ends this request, so it goes last in the next one.
          loaders = [...loaders.filter((each) => each !== load), load];
        });
      }
      if (failures.length > 0) throw failures[0];
      return null;
    },
  };
}
