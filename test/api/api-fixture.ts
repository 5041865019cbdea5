import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { type CoderBackendOptions, createCoderBackend } from '../../src/api/coder-backend.ts';
import { BackendError } from '../../src/domain/errors.ts';
import type { TaskRef } from '../../src/domain/task.ts';
import { type CoderServer, type CoderServerOptions, startCoderServer } from '../support/coder-server.ts';
import { flatBackend } from '../support/flat-backend.ts';
import { TASK_ID } from './response-bodies.ts';

export const TOKEN = 'abcdefghij-0123456789abcdefghijkl';
export const ada: TaskRef = { id: TASK_ID, ownerName: 'ada' };

/** For calls that are never aborted. */
export const neverAborted = (): AbortSignal => new AbortController().signal;

const certificate = (name: string) => fileURLToPath(new URL(`certificates/${name}`, import.meta.url));
/** The authority of the certificate in `tls`; not trusted by default. */
export const authorityFile = certificate('authority.pem');
export const tls = {
  key: readFileSync(certificate('server.key.pem'), 'utf8'),
  cert: readFileSync(certificate('server.pem'), 'utf8'),
};

const servers: CoderServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server that ends with the test. */
export async function coderServer(options?: CoderServerOptions): Promise<CoderServer> {
  const server = await startCoderServer(options);
  servers.push(server);
  return server;
}

export const backendAt = (server: { readonly url: string }, rest: Partial<CoderBackendOptions> = {}) =>
  flatBackend(createCoderBackend({ url: server.url, token: TOKEN, ...rest }));

/** The BackendError that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<BackendError> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof BackendError) return outcome.error;
  throw new Error(`expected a BackendError, got ${JSON.stringify(outcome)}`);
}
