import { BackendError, UsageError } from '../domain/errors.ts';

export type RequestHeaders = Readonly<Record<string, string>>;

/** Where headers for a proxy in front come from; may run a program. @throws UsageError */
export type LoadHeaders = (signal: AbortSignal) => Promise<RequestHeaders>;

/** Headers that are asked for when they are first needed, and again after they seem to have run out. */
export interface HeaderCache {
  /** @throws BackendError when they cannot be had, or when `signal` is aborted meanwhile. */
  get(signal: AbortSignal): Promise<RequestHeaders>;
  /** What was sent did not get through: the next request asks for new ones. */
  invalidate(): void;
}

const neverAborted = new AbortController().signal;

/** A program that prints headers often prints a token with a lifetime, which a screen that stays open outlives. */
export function createHeaderCache(headersOrLoader: RequestHeaders | LoadHeaders): HeaderCache {
  let headers: Promise<RequestHeaders> | null = null;
  const load = (): Promise<RequestHeaders> => {
    // Several requests wait for the same program: it is not given up with one of them.
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
    // Of other errors nobody has said that their words hold no secret.
    message: error instanceof UsageError ? error.message : 'The headers for this deployment cannot be had.',
    tookEffect: 'no',
  });
}

function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new BackendError({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
