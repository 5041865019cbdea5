import { BackendError } from '../domain/errors.ts';
import type { AgentBackend, User } from '../domain/ports/backend.ts';
import { decorate } from '../platform/decorate.ts';

export interface Renewable {
  readonly token: string;
  createBackend(token: string): AgentBackend | Promise<AgentBackend>;
  /** The token that is stored for the deployment after a new sign-in; null when it is still the same. */
  findNewToken(token: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * A `connect` function for `lateBackend`. Keeps one backend until the server rejects its token, then creates one with
 * the token of a new sign-in. Rejects the token of another user: the screen shows the tasks of the first one.
 */
export function renewable({ token, createBackend, findNewToken }: Renewable) {
  let current = token;
  let backend: Promise<AgentBackend> | null = null;
  let signedInAs: string | null = null;

  const recordingUser = (recorded: AgentBackend): AgentBackend =>
    decorate(recorded, async ({ path, args }, proceed) => {
      const value = await proceed(args);
      if (path === 'me') signedInAs ??= (value as User).username;
      return value;
    });

  async function renew(signal: AbortSignal): Promise<void> {
    const found = await findNewToken(current, signal);
    if (found === null) return;
    const renewed = await createBackend(found);
    const { username } = await renewed.me(signal);
    if (signedInAs !== null && username !== signedInAs) {
      throw new BackendError({
        kind: 'signed-out',
        message: `You signed in as ${username}, but this screen belongs to ${signedInAs}.`,
        hint: `Start taskdeck again, or sign in as ${signedInAs}.`,
        tookEffect: 'no',
      });
    }
    current = found;
    backend = Promise.resolve(recordingUser(renewed));
  }

  return async (signal: AbortSignal, lastError: unknown): Promise<AgentBackend> => {
    if (lastError instanceof BackendError && lastError.kind === 'signed-out') await renew(signal);
    backend ??= Promise.resolve(createBackend(current))
      .then(recordingUser)
      .catch((error: unknown) => {
        backend = null;
        throw error;
      });
    return backend;
  };
}
