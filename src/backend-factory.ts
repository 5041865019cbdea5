import { fileURLToPath } from 'node:url';
import { createTasksBackend } from './api/tasks-backend.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Deployment, RemoteDeployment } from './config/deployment.ts';
import { deploymentInputs } from './config/deployment-inputs.ts';
import type { Environment } from './config/environment.ts';
import { findLocalServer, findOrStartLocalServer, LocalServerError } from './config/local-server.ts';
import { probeByHttp } from './config/probe.ts';
import { reloadToken } from './config/reload-token.ts';
import { requestHeaders } from './config/request-headers.ts';
import { BackendError, type BackendErrorKind, UsageError } from './domain/errors.ts';
import type { AgentBackend } from './domain/ports/backend.ts';
import type { Clock } from './domain/ports/clock.ts';
import { UnusableDirectory } from './platform/private-directory.ts';
import { isSystemError, systemReason } from './platform/system-error.ts';

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
 * A deployment somewhere else. Nothing is asked yet.
 * @throws UsageError when URL or token cannot be used at all
 */
export const createRemoteBackend = ({ url, token, env, clock }: RemoteOptions): AgentBackend =>
  createTasksBackend({
    url,
    token,
    env,
    headers: (signal) => requestHeaders(url, env, signal),
    clock,
    userAgent: `taskdeck/${TASKDECK_VERSION}`,
  });

/** Another token that is kept for the deployment by now; null when there is none. */
export const findNewToken = (
  deployment: RemoteDeployment,
  env: Environment,
  signal: AbortSignal,
): Promise<string | null> => reloadToken(deployment, deploymentInputs({}, env), signal);

/** The local server, found or started. Rejects with a BackendError. */
export async function createLocalBackend({
  stateDir,
  version,
  env,
  clock,
  startLocalServer = true,
  onOlderServer,
  onNotice,
}: Omit<ConnectOptions, 'deployment'>): Promise<AgentBackend> {
  try {
    const find = { stateDir, version, probe: probeByHttp, signal: new AbortController().signal };
    const server = startLocalServer
      ? await findOrStartLocalServer({
          ...find,
          env,
          entry: fileURLToPath(new URL('local.cjs', import.meta.url)),
          clock,
        })
      : await findLocalServer(find);
    if (server === null) throw new LocalServerError('No local server is running.');
    if (server.isOlder) onOlderServer?.(server.version);
    if (server.notice != null) onNotice?.(server.notice);
    return createTasksBackend({
      url: server.url,
      token: server.token,
      clock,
      environment: env,
      ...workingDirectory(),
    });
  } catch (error) {
    throw toBackendError(error);
  }
}

/** The failure of a local server that could not be found or started; an error that is a fault in taskdeck stays as it is. */
function toBackendError(error: unknown): unknown {
  const failure = (kind: BackendErrorKind, message: string): BackendError =>
    new BackendError({ kind, message, tookEffect: 'no', cause: error });
  if (error instanceof LocalServerError) return failure('unreachable', error.message);
  if (error instanceof UsageError || error instanceof UnusableDirectory)
    return failure('setup', error.message);
  return isSystemError(error)
    ? failure('unreachable', `The local server cannot be started: ${systemReason(error)}.`)
    : error;
}

/** Nothing where it was deleted: a new task then gets a directory of its own. */
function workingDirectory(): { readonly directory?: string } {
  const directory = currentDirectory();
  return directory === null ? {} : { directory };
}
