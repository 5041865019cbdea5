import { coderBackendFacts } from './api/coder-facts.ts';
import { connectByToken, reconnectingBackend } from './api/reconnecting-backend.ts';
import type { ConnectOptions, RemoteOptions } from './backend-factory.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend, User } from './domain/ports/backend.ts';
import { isUpdateError } from './domain/update-error.ts';

/** The backend of a deployment. The first request loads the HTTP client, and starts the local server if necessary. */
export function connect(options: ConnectOptions): AgentBackend {
  const { deployment } = options;
  if (deployment.kind === 'local') {
    const local = async () => (await loadBackendFactory()).createLocalBackend(options);
    return reconnectingBackend(local, coderBackendFacts({ directories: true, hasChats: true }));
  }
  const { env, clock, isReadOnly, log } = options;
  const remote = connectByToken({
    token: deployment.token,
    createBackend: async (token) =>
      (await loadBackendFactory()).createRemoteBackend({
        url: deployment.url,
        token,
        env,
        clock,
        ...(isReadOnly && { isReadOnly }),
        ...(log && { log }),
      }),
    findNewToken: async (token, signal) =>
      (await loadBackendFactory()).findNewToken({ ...deployment, token }, env, signal),
  });
  return reconnectingBackend(remote, coderBackendFacts({ directories: false, hasChats: true }));
}

/** Rejects with a BackendError `updated` when an update has removed the file. */
async function loadBackendFactory() {
  try {
    return await import('./backend-factory.ts');
  } catch (cause) {
    if (!isUpdateError(cause)) throw cause;
    throw new BackendError({ kind: 'updated', message: cause.message, tookEffect: 'no', cause });
  }
}

/** The user of the token. Rejects with a BackendError. */
export async function tokenUser(options: RemoteOptions, signal: AbortSignal): Promise<User> {
  const { createRemoteBackend } = await loadBackendFactory();
  return createRemoteBackend(options).me(signal);
}
