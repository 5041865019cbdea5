import { BackendError } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';

export interface Renewable {
  readonly token: string;
  createBackend(token: string): AgentBackend | Promise<AgentBackend>;
  /** Another token that is kept for the same deployment by now, since the user has signed in again; else null. */
  findNewToken(token: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * For `lateBackend`: one backend for as long as its token is taken, and when it is not any more another one with the token
 * that the user has signed in with meanwhile. Nobody gets to see, under one user's name, what another may see: a token of
 * somebody else's is refused.
 */
export function renewable({ token, createBackend, findNewToken }: Renewable) {
  let current = token;
  let backend: Promise<AgentBackend> | null = null;
  let signedInAs: string | null = null;

  /** Notes whose token it is, as it is learnt. */
  const recordingUser = (made: AgentBackend): AgentBackend => ({
    ...made,
    async me(signal, heard) {
      const user = await made.me(signal, heard);
      signedInAs ??= user.username;
      return user;
    },
  });

  async function renew(signal: AbortSignal): Promise<void> {
    const found = await findNewToken(current, signal);
    if (found === null) return;
    const made = await createBackend(found);
    const { username } = await made.me(signal);
    if (signedInAs !== null && username !== signedInAs) {
      throw new BackendError({
        kind: 'signed-out',
        message: `You have signed in as ${username}, and this screen is ${signedInAs}'s.`,
        hint: 'Start taskdeck again, or sign in as before.',
        tookEffect: 'no',
      });
    }
    current = found;
    backend = Promise.resolve(recordingUser(made));
  }

  /** `lost` is why the last connection is none any more. */
  return async (signal: AbortSignal, lost: unknown): Promise<AgentBackend> => {
    if (lost instanceof BackendError && lost.kind === 'signed-out') await renew(signal);
    backend ??= Promise.resolve(createBackend(current))
      .then(recordingUser)
      .catch((error: unknown) => {
        backend = null;
        throw error;
      });
    return backend;
  };
}
