import { fileURLToPath } from 'node:url';
import { lateBackend } from './api/late-backend.ts';
import { createTasksBackend } from './api/tasks-backend.ts';
import type { Deployment } from './config/deployment.ts';
import type { Environment } from './config/environment.ts';
import { findOrStartLocalServer, LocalServerError } from './config/local-server.ts';
import { probeByHttp } from './config/probe.ts';
import { requestHeaders } from './config/request-headers.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend, User } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';

export interface ConnectOptions {
  readonly deployment: Deployment;
  readonly stateDir: string;
  readonly version: string;
  /** What a local server that has to be started inherits. */
  readonly env: Environment;
  /** Called when the local server came with an older taskdeck, whose version is given. */
  readonly onOlderServer?: (version: string) => void;
}

/** The backend of a deployment. Nothing is asked yet; a local server is started by the first request. */
export function connect({ deployment, ...local }: ConnectOptions): AgentBackend {
  return deployment.kind === 'local'
    ? lateBackend(() => localBackend(local), { interrupt: false, directories: true })
    : remoteBackend(deployment.url, deployment.token, local.env);
}

/** Whose token this is. Rejects with a BackendError. */
export const checkToken = (
  url: string,
  token: string,
  env: Environment,
  signal: AbortSignal,
): Promise<User> => remoteBackend(url, token, env).me(signal);

const remoteBackend = (url: string, token: string, env: Environment): AgentBackend =>
  createTasksBackend({
    url,
    token,
    env,
    headers: (signal) => requestHeaders(url, env, signal),
    clock: systemClock,
    userAgent: `taskdeck/${TASKDECK_VERSION}`,
  });

async function localBackend({
  stateDir,
  version,
  env,
  onOlderServer,
}: Omit<ConnectOptions, 'deployment'>): Promise<AgentBackend> {
  try {
    const server = await findOrStartLocalServer({
      stateDir,
      version,
      env,
      entry: fileURLToPath(new URL('local.cjs', import.meta.url)),
      probe: probeByHttp,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    if (server.older) onOlderServer?.(server.version);
    return createTasksBackend({
      url: server.url,
      token: server.token,
      clock: systemClock,
      ...workingDirectory(),
    });
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    throw new BackendError({ kind: 'unreachable', message: error.message, tookEffect: 'no', cause: error });
  }
}

/** Nothing when it was removed under us: tasks then get directories of their own. */
function workingDirectory(): { readonly directory?: string } {
  try {
    return { directory: process.cwd() };
  } catch {
    return {};
  }
}
