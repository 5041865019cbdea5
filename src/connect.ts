import { lateBackend } from './api/late-backend.ts';
import { renewable } from './api/renewable.ts';
import type { Deployment } from './config/deployment.ts';
import type { Environment } from './config/environment.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend, User } from './domain/ports/backend.ts';
import type { Clock } from './domain/ports/clock.ts';
import { isUpdated } from './domain/updated.ts';

/** A deployment somewhere else, and what requests to it are made with. */
export interface RemoteOptions {
  readonly url: string;
  readonly token: string;
  readonly env: Environment;
  readonly clock: Clock;
}

export interface ConnectOptions {
  readonly deployment: Deployment;
  readonly stateDir: string;
  readonly version: string;
  /** What a local server that has to be started inherits. */
  readonly env: Environment;
  /** The clock of the program: another instance would not find out that the machine slept. */
  readonly clock: Clock;
  /** False: requests fail with `unreachable` where no local server runs, instead of starting one. */
  readonly startLocalServer?: boolean;
  /** Called when the local server came with an older taskdeck, whose version is given. */
  readonly onOlderServer?: (version: string) => void;
  /** Called with what the user should know about the local server's tasks. */
  readonly onNotice?: (notice: string) => void;
}

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
