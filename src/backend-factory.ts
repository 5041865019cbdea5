import { fileURLToPath } from 'node:url';
import { createCoderBackend } from './api/coder-backend.ts';
import type { RecordingLog } from './api/request-log.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Deployment, RemoteDeployment } from './config/deployment.ts';
import { deploymentInputs } from './config/deployment-inputs.ts';
import type { Environment } from './config/environment.ts';
import {
  findLocalServer,
  findOrStartLocalServer,
  LocalServerError,
  stopLocalServer,
} from './config/local-server.ts';
import { probeByHttp } from './config/probe.ts';
import { reloadToken } from './config/reload-token.ts';
import { requestHeaders } from './config/request-headers.ts';
import { BackendError, type BackendErrorKind, errorText, UsageError } from './domain/errors.ts';
import { blockingTitles, tasksThatRun } from './domain/older-server.ts';
import type { AgentBackend } from './domain/ports/backend.ts';
import type { Clock } from './domain/ports/clock.ts';
import { listAllSources } from './domain/sources.ts';
import { UnusableDirectory } from './platform/private-directory.ts';
import { isSystemError, systemReason } from './platform/system-error.ts';

export interface RemoteOptions {
  readonly url: string;
  readonly token: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** While it returns true, nothing but reads is sent. */
  readonly isReadOnly?: () => boolean;
  readonly log?: RecordingLog;
}

export interface ConnectOptions {
  readonly deployment: Deployment;
  readonly stateDir: string;
  readonly version: string;
  /** Environment of a local server that is started. */
  readonly env: Environment;
  /** The clock of the program: only it detects machine sleep. */
  readonly clock: Clock;
  /** False: without a running local server, requests fail with `unreachable` instead of starting one. */
  readonly startLocalServer?: boolean;
  /** While it returns true, nothing but reads is sent, and no local server is started. */
  readonly isReadOnly?: () => boolean;
  /** Records requests. */
  readonly log?: RecordingLog;
  /** Called with the version of an older local server. */
  readonly onOlderServer?: (version: string) => void;
  /** Called with a sentence for the user about the tasks of the local server. */
  readonly onNotice?: (notice: string) => void;
}

/**
 * The backend of a remote deployment. Sends nothing yet.
 * @throws UsageError for an unusable URL or token
 */
export const createRemoteBackend = ({
  url,
  token,
  env,
  clock,
  isReadOnly,
  log,
}: RemoteOptions): AgentBackend =>
  createCoderBackend({
    url,
    token,
    env,
    headers: (signal) => requestHeaders(url, env, signal),
    clock,
    userAgent: `taskdeck/${TASKDECK_VERSION}`,
    ...(isReadOnly && { isReadOnly }),
    ...(log && { log }),
  });

/** The token of a new sign-in to the deployment; null when it is still the same. */
export const findNewToken = (
  deployment: RemoteDeployment,
  env: Environment,
  signal: AbortSignal,
): Promise<string | null> => reloadToken(deployment, deploymentInputs({}, env), signal);

/** The backend of the local server, which it starts if necessary. Rejects with a BackendError. */
export async function createLocalBackend({
  stateDir,
  version,
  env,
  clock,
  startLocalServer = true,
  isReadOnly = () => false,
  log,
  onOlderServer,
  onNotice,
}: Omit<ConnectOptions, 'deployment'>): Promise<AgentBackend> {
  try {
    const findOptions = { stateDir, version, probe: probeByHttp, signal: new AbortController().signal };
    const mayStart = startLocalServer && !isReadOnly();
    const server = mayStart
      ? await findOrStartLocalServer({
          ...findOptions,
          env,
          entry: localEntry(),
          clock,
        })
      : await findLocalServer(findOptions);
    if (server === null)
      throw new LocalServerError(
        `No local server is running.${isReadOnly() ? ' Read-only: taskdeck starts none.' : ''}`,
      );
    if (server.isOlder) onOlderServer?.(server.version);
    if (server.notice != null) onNotice?.(server.notice);
    return createCoderBackend({
      url: server.url,
      token: server.token,
      clock,
      environment: env,
      isReadOnly,
      ...(log && { log }),
      ...workingDirectory(),
    });
  } catch (error) {
    throw toBackendError(error);
  }
}

/**
 * Restarts the local server, unless one of its tasks runs. Resolves to a sentence about a failure; null after a success.
 */
export async function restartLocalServer({
  backend,
  stateDir,
  version,
  env,
  clock,
}: Omit<ConnectOptions, 'deployment'> & { readonly backend: AgentBackend }): Promise<string | null> {
  const { signal } = new AbortController();
  try {
    // Another taskdeck may have started a turn since the last list.
    const { tasks } = await listAllSources(backend, { owner: 'me' }, signal);
    const running = tasksThatRun(tasks, clock.now());
    if (running.length > 0) return `A restart would cut off ${blockingTitles(running)}.`;
    const options = { stateDir, version, probe: probeByHttp, clock, signal };
    await stopLocalServer(options);
    await findOrStartLocalServer({ ...options, env, entry: localEntry() });
    // Fails, and the next request connects to the new server.
    await backend.probe(signal).catch(() => undefined);
    return null;
  } catch (error) {
    return `Cannot restart the local server. ${errorText(toBackendError(error))}`;
  }
}

const localEntry = (): string => fileURLToPath(new URL('local.cjs', import.meta.url));

/** Converts the errors of finding and starting the local server; returns any other error unchanged. */
function toBackendError(error: unknown): unknown {
  const failure = (kind: BackendErrorKind, message: string): BackendError =>
    new BackendError({ kind, message, tookEffect: 'no', cause: error });
  if (error instanceof LocalServerError) return failure('unreachable', error.message);
  if (error instanceof UsageError || error instanceof UnusableDirectory)
    return failure('setup', error.message);
  return isSystemError(error)
    ? failure('unreachable', `Cannot start the local server: ${systemReason(error)}.`)
    : error;
}

/** Empty when it was deleted: then each new task gets its own directory. */
function workingDirectory(): { readonly directory?: string } {
  const directory = currentDirectory();
  return directory === null ? {} : { directory };
}
