import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend, Capabilities } from '../domain/ports/backend.ts';

const needsReconnect = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'unreachable' || error.kind === 'signed-out');

const setupError = (error: UsageError): BackendError =>
  new BackendError({ kind: 'setup', message: error.message, tookEffect: 'no', cause: error });

type Methods = Omit<AgentBackend, 'capabilities' | 'resolveFrom'>;

/**
 * A backend that connects with its first request, so that the screen can be drawn before. When `connect` fails, that
 * request fails with its error, and the next request connects again. It also connects again after `unreachable` and
 * `signed-out`: a new server may have another address and token. `lastError` is the error that ended the last
 * connection; null for the first one.
 */
export function lateBackend(
  connect: (signal: AbortSignal, lastError: unknown) => Promise<AgentBackend>,
  capabilities: Capabilities,
): AgentBackend {
  let connection: Promise<AgentBackend> | null = null;
  let lastError: unknown = null;
  let connected: AgentBackend | null = null;
  // All requests share the connection: aborting the first of them must not stop it.
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
      connected = backend;
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
    prepare: delegate('prepare'),
    send: delegate('send'),
    resolve: delegate('resolve'),
    resolveFrom: (...args) => connected?.resolveFrom(...args) ?? 'undecided',
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
