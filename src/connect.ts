import { lateBackend } from './api/late-backend.ts';
import { renewable } from './api/renewable.ts';
import type { ConnectOptions, RemoteOptions } from './backend-factory.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend, User } from './domain/ports/backend.ts';
import { isUpdateError } from './domain/update-error.ts';

/**
 * The backend of a deployment. Nothing is asked yet, nor is anything of HTTP loaded: the first request does, and it
 * starts a local server where there is none.
 */
export function connect(options: ConnectOptions): AgentBackend {
  const { deployment } = options;
  if (deployment.kind === 'local') {
    const local = async () => (await loadBackendFactory()).createLocalBackend(options);
    return lateBackend(local, { interrupt: false, directories: true });
  }
  const { env, clock } = options;
  // A server that cannot be reached for a while stays the same server: what is known of it is kept.
  const remote = renewable({
    token: deployment.token,
    createBackend: async (token) =>
      (await loadBackendFactory()).createRemoteBackend({ url: deployment.url, token, env, clock }),
    findNewToken: async (token, signal) =>
      (await loadBackendFactory()).findNewToken({ ...deployment, token }, env, signal),
  });
  return lateBackend(remote, { interrupt: false, directories: false });
}

/** Rejects with a BackendError when an update has removed the file. */
async function loadBackendFactory() {
  try {
    return await import('./backend-factory.ts');
  } catch (cause) {
    if (!isUpdateError(cause)) throw cause;
    throw new BackendError({ kind: 'updated', message: cause.message, tookEffect: 'no', cause });
  }
}

/** Whose token this is. Rejects with a BackendError. */
export async function tokenUser(options: RemoteOptions, signal: AbortSignal): Promise<User> {
  const { createRemoteBackend: remoteBackend } = await loadBackendFactory();
  return remoteBackend(options).me(signal);
}
