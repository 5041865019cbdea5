import { lateBackend } from './api/late-backend.ts';
import { renewable } from './api/renewable.ts';
import type { ConnectOptions, RemoteOptions } from './backends.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend, User } from './domain/ports/backend.ts';
import { isUpdated } from './domain/updated.ts';

/**
 * The backend of a deployment. Nothing is asked yet, nor is anything of HTTP loaded: the first request does, and it
 * starts a local server where there is none.
 */
export function connect(options: ConnectOptions): AgentBackend {
  const { deployment } = options;
  if (deployment.kind === 'local') {
    const local = async () => (await backends()).localBackend(options);
    return lateBackend(local, { interrupt: false, directories: true });
  }
  const { env, clock } = options;
  // A server that cannot be reached for a while stays the same server: what is known of it is kept.
  const remote = renewable({
    token: deployment.token,
    make: async (token) => (await backends()).remoteBackend({ url: deployment.url, token, env, clock }),
    findAgain: async (token, signal) => (await backends()).otherToken({ ...deployment, token }, env, signal),
  });
  return lateBackend(remote, { interrupt: false, directories: false });
}

/** Rejects with a BackendError when an update has removed the file. */
async function backends() {
  try {
    return await import('./backends.ts');
  } catch (cause) {
    if (!isUpdated(cause)) throw cause;
    throw new BackendError({ kind: 'updated', message: cause.message, tookEffect: 'no', cause });
  }
}

/** Whose token this is. Rejects with a BackendError. */
export async function checkToken(options: RemoteOptions, signal: AbortSignal): Promise<User> {
  const { remoteBackend } = await backends();
  return remoteBackend(options).me(signal);
}
