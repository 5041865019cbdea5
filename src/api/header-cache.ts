import { BackendError, UsageError } from '../domain/errors.ts';
import { neverAborted } from '../platform/never-aborted.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

/** Loads headers for a proxy in front of the deployment; may run a program. @throws UsageError */
export type LoadHeaders = (signal: AbortSignal) => Promise<RequestHeaders>;

/** Headers that are loaded by the first request, and again after `invalidate`. */
export interface HeaderCache {
  /** @throws BackendError when loading fails or `signal` aborts */
  get(signal: AbortSignal): Promise<RequestHeaders>;
  /** The headers seem to have expired: the next request loads them again. */
  invalidate(): void;
}

/** Headers printed by a program often hold a token that expires while the screen is open. */
export function createHeaderCache(headersOrLoader: RequestHeaders | LoadHeaders): HeaderCache {
  let headers: Promise<RequestHeaders> | null = null;
  const load = (): Promise<RequestHeaders> => {
    // Several requests may wait for this program: one aborted request must not stop it.
    headers ??= (
      typeof headersOrLoader === 'function' ? headersOrLoader(neverAborted) : Promise.resolve(headersOrLoader)
    ).catch((error) => {
      headers = null;
      throw headerError(error);
    });
    return headers;
  };
  return {
    get: (signal) => unlessAborted(load(), signal),
    invalidate: () => {
      headers = null;
    },
  };
}

function headerError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  return new BackendError({
    kind: 'setup',
    // The message of another error may contain a secret.
    message: error instanceof UsageError ? error.message : 'Cannot get the headers for this deployment.',
    tookEffect: 'no',
  });
}

function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new BackendError({ kind: 'aborted', message: 'Cancelled.', tookEffect: 'no' }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
