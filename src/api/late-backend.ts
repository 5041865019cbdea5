import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend, Capabilities } from '../domain/ports/backend.ts';

const isAnotherServer = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'unreachable' || error.kind === 'signed-out');

/** A variable or a file of this machine that no request can be made with is no answer of the server. */
const ofSetup = (error: UsageError): BackendError =>
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
  connect: (signal: AbortSignal, lost: unknown) => Promise<AgentBackend>,
  capabilities: Capabilities,
): AgentBackend {
  let connection: Promise<AgentBackend> | null = null;
  let lost: unknown = null;
  // The connection is everybody's: it is not given up with the one request that happened to begin it.
  const connected = (): Promise<AgentBackend> => {
    connection ??= connect(new AbortController().signal, lost).catch((error: unknown) => {
      connection = null;
      throw error instanceof UsageError ? ofSetup(error) : error;
    });
    return connection;
  };
  const late = <Name extends keyof Methods>(name: Name): Methods[Name] => {
    const method = async (...args: readonly unknown[]): Promise<unknown> => {
      const used = connected();
      const backend = await used;
      const real = backend[name] as (...args: readonly unknown[]) => Promise<unknown>;
      try {
        return await real(...args);
      } catch (error) {
        if (isAnotherServer(error) && connection === used) {
          connection = null;
          lost = error;
        }
        throw error;
      }
    };
    return method as Methods[Name];
  };
  return {
    capabilities,
    serverInfo: late('serverInfo'),
    probe: late('probe'),
    me: late('me'),
    list: late('list'),
    get: late('get'),
    transcript: late('transcript'),
    create: late('create'),
    send: late('send'),
    pause: late('pause'),
    resume: late('resume'),
    remove: late('remove'),
    templates: late('templates'),
    presets: late('presets'),
    build: late('build'),
    latestBuild: late('latestBuild'),
    updateInput: late('updateInput'),
    externalAuth: late('externalAuth'),
    buildLogs: late('buildLogs'),
    users: late('users'),
    pageOf: late('pageOf'),
  };
}
