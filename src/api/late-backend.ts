import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend, Capabilities } from '../domain/ports/backend.ts';

const needsReconnect = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'unreachable' || error.kind === 'signed-out');

/** A variable or a file of this machine that no request can be made with is no answer of the server. */
const setupError = (error: UsageError): BackendError =>
  new BackendError({ kind: 'setup', message: error.message, tookEffect: 'no', cause: error });

/** The methods of a backend; each takes a signal. */
type Methods = Omit<AgentBackend, 'capabilities'>;

/**
 * A backend that is connected by its first request, so that a screen can be drawn before there is one. A failed
 * `connect` is the failure of the request that needed it, and the next request tries again; so it does when the
 * server that was found is gone, for another one listens elsewhere and has another token. `connect` is told what the last
 * connection was lost to; null for the first one.
 */
export function lateBackend(
  connect: (signal: AbortSignal, lastError: unknown) => Promise<AgentBackend>,
  capabilities: Capabilities,
): AgentBackend {
  let connection: Promise<AgentBackend> | null = null;
  let lastError: unknown = null;
  // The connection is everybody's: it is not given up with the one request that happened to begin it.
  const currentBackend = (): Promise<AgentBackend> => {
    connection ??= connect(new AbortController().signal, lastError).catch((error: unknown) => {
      connection = null;
      throw error instanceof UsageError ? setupError(error) : error;
    });
    return connection;
  };
  const delegate = <Name extends keyof Methods>(name: Name): Methods[Name] => {
    const method = async (...args: readonly unknown[]): Promise<unknown> => {
      const used = currentBackend();
      const backend = await used;
      const real = backend[name] as (...args: readonly unknown[]) => Promise<unknown>;
      try {
        return await real(...args);
      } catch (error) {
        if (needsReconnect(error) && connection === used) {
          connection = null;
          lastError = error;
        }
        throw error;
      }
    };
    return method as Methods[Name];
  };
  return {
    capabilities,
    serverInfo: delegate('serverInfo'),
    probe: delegate('probe'),
    me: delegate('me'),
    list: delegate('list'),
    get: delegate('get'),
    transcript: delegate('transcript'),
    create: delegate('create'),
    send: delegate('send'),
    pause: delegate('pause'),
    resume: delegate('resume'),
    remove: delegate('remove'),
    templates: delegate('templates'),
    presets: delegate('presets'),
    build: delegate('build'),
    latestBuild: delegate('latestBuild'),
    updateInput: delegate('updateInput'),
    externalAuth: delegate('externalAuth'),
    buildLogs: delegate('buildLogs'),
    users: delegate('users'),
    pageOf: delegate('pageOf'),
  };
}
