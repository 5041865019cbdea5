import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import { callMethod, deferred, type Facts } from '../platform/decorate.ts';

const needsReconnect = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'unreachable' || error.kind === 'signed-out');

const setupError = (error: UsageError): BackendError =>
  new BackendError({ kind: 'setup', message: error.message, tookEffect: 'no', cause: error });

/**
 * A backend that connects with its first request, so that the screen can be drawn before. When `connect` fails, that
 * request fails with its error, and the next request connects again. It also connects again after `unreachable` and
 * `signed-out`: a new server may have another address and token. `lastError` is the error that ended the last
 * connection; null for the first one. `facts` are those of the backends that `connect` resolves to.
 */
export function lateBackend(
  connect: (signal: AbortSignal, lastError: unknown) => Promise<AgentBackend>,
  facts: Facts<AgentBackend>,
): AgentBackend {
  let connection: Promise<AgentBackend> | null = null;
  let lastError: unknown = null;
  // All requests share the connection: aborting the first of them must not stop it.
  const currentBackend = (): Promise<AgentBackend> => {
    connection ??= connect(new AbortController().signal, lastError).catch((error: unknown) => {
      connection = null;
      throw error instanceof UsageError ? setupError(error) : error;
    });
    return connection;
  };
  return deferred<AgentBackend>(
    facts,
    async (call) => {
      const used = currentBackend();
      const backend = await used;
      try {
        return await callMethod(backend, call);
      } catch (error) {
        if (needsReconnect(error) && connection === used) {
          connection = null;
          lastError = error;
        }
        throw error;
      }
    },
    ['sources'],
  );
}
