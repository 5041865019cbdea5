import { BackendError, UsageError } from '../domain/errors.ts';
import type { AgentBackend, User } from '../domain/ports/backend.ts';
import { callMethod, deferred, type Facts } from '../platform/decorate.ts';

/** The end of the last connection, for the next one. */
interface LastConnection {
  /** The error that ended it; null for the first one. */
  readonly error: unknown;
  /** The user of the first connection that reported one; null when unknown. */
  readonly user: string | null;
}

/**
 * A backend that connects with its first request, so that the screen can be drawn before. When `connect` fails, that
 * request fails with its error, and the next request connects again. It also connects again after `unreachable` and
 * `signed-out`: a new server may have another address and token. `facts` are those of the backends that `connect`
 * resolves to.
 */
export function reconnectingBackend(
  connect: (signal: AbortSignal, last: LastConnection) => Promise<AgentBackend>,
  facts: Facts<AgentBackend>,
): AgentBackend {
  let connection: Promise<AgentBackend> | null = null;
  let last: LastConnection = { error: null, user: null };
  // All requests share the connection: aborting the first of them must not stop it.
  const currentBackend = (): Promise<AgentBackend> => {
    connection ??= connect(new AbortController().signal, last).catch((error: unknown) => {
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
        const value = await callMethod(backend, call);
        if (call.path === 'me') last = { ...last, user: last.user ?? (value as User).username };
        return value;
      } catch (error) {
        if (needsReconnect(error) && connection === used) {
          connection = null;
          last = { ...last, error };
        }
        throw error;
      }
    },
    ['sources'],
  );
}

const needsReconnect = (error: unknown): boolean =>
  error instanceof BackendError && (error.kind === 'unreachable' || error.kind === 'signed-out');

const setupError = (error: UsageError): BackendError =>
  new BackendError({ kind: 'setup', message: error.message, tookEffect: 'no', cause: error });

interface TokenConnection {
  readonly token: string;
  createBackend(token: string): AgentBackend | Promise<AgentBackend>;
  /** The token that is stored for the deployment after a new sign-in; null when it is still the same. */
  findNewToken(token: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * A `connect` function for `reconnectingBackend`. Keeps one backend, with its caches, until the server rejects its token,
 * then creates one with the token of a new sign-in. Rejects the token of another user: the screen shows the tasks of the
 * first one.
 */
export function connectByToken({ token, createBackend, findNewToken }: TokenConnection) {
  let current = token;
  let backend: Promise<AgentBackend> | null = null;

  async function renew(user: string | null, signal: AbortSignal): Promise<void> {
    const found = await findNewToken(current, signal);
    if (found === null) return;
    const renewed = await createBackend(found);
    const { username } = await renewed.me(signal);
    if (user !== null && username !== user) {
      throw new BackendError({
        kind: 'signed-out',
        message: `You signed in as ${username}, but this screen belongs to ${user}.`,
        hint: `Start taskdeck again, or sign in as ${user}.`,
        tookEffect: 'no',
      });
    }
    current = found;
    backend = Promise.resolve(renewed);
  }

  return async (signal: AbortSignal, { error, user }: LastConnection): Promise<AgentBackend> => {
    if (error instanceof BackendError && error.kind === 'signed-out') await renew(user, signal);
    backend ??= Promise.resolve(createBackend(current)).catch((failure: unknown) => {
      backend = null;
      throw failure;
    });
    return backend;
  };
}
