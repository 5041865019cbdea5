import { fileURLToPath } from 'node:url';
import { lateBackend } from './api/late-backend.ts';
import { createTasksBackend } from './api/tasks-backend.ts';
import type { Deployment } from './config/deployment.ts';
import { findOrStartLocalServer, LocalServerError } from './config/local-server.ts';
import { probeByHttp } from './config/probe.ts';
import { BackendError } from './domain/errors.ts';
import type { AgentBackend } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';

export interface ConnectOptions {
  readonly deployment: Deployment;
  readonly stateDir: string;
  readonly version: string;
  /** What a local server that has to be started inherits. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The backend of a deployment. Nothing is asked yet; a local server is started by the first request. */
export function connect({ deployment, ...local }: ConnectOptions): AgentBackend {
  return deployment.kind === 'local'
    ? lateBackend(() => localBackend(local), { interrupt: false })
    : createTasksBackend({ url: deployment.url, token: deployment.token, clock: systemClock });
}

async function localBackend({
  stateDir,
  version,
  env,
}: Omit<ConnectOptions, 'deployment'>): Promise<AgentBackend> {
  try {
    const { url, token } = await findOrStartLocalServer({
      stateDir,
      version,
      env,
      entry: fileURLToPath(new URL('local.cjs', import.meta.url)),
      probe: probeByHttp,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    return createTasksBackend({ url, token, clock: systemClock });
  } catch (error) {
    if (!(error instanceof LocalServerError)) throw error;
    throw new BackendError({ kind: 'unreachable', message: error.message, tookEffect: 'no', cause: error });
  }
}
