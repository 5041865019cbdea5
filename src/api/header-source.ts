import { BackendError, UsageError } from '../domain/errors.ts';

export type Headers = Readonly<Record<string, string>>;

/** Where headers for a proxy in front come from; may run a program. @throws UsageError */
export type GetHeaders = (signal: AbortSignal) => Promise<Headers>;

/** Headers that are asked for when they are first needed, and again after they seem to have run out. */
export interface HeaderSource {
  /** @throws BackendError when they cannot be had, or when `signal` is aborted meanwhile. */
  current(signal: AbortSignal): Promise<Headers>;
  /** What was sent did not get through: the next request asks for new ones. */
  forget(): void;
}

const never = new AbortController().signal;

/** A program that prints headers often prints a token with a lifetime, which a screen that stays open outlives. */
export function headerSource(given: Headers | GetHeaders): HeaderSource {
  let headers: Promise<Headers> | null = null;
  const ask = (): Promise<Headers> => {
    // Several requests wait for the same program: it is not given up with one of them.
    headers ??= (typeof given === 'function' ? given(never) : Promise.resolve(given)).catch((error) => {
      headers = null;
      throw unusable(error);
    });
    return headers;
  };
  return {
    current: (signal) => unlessAborted(ask(), signal),
    forget: () => {
      headers = null;
    },
  };
}

function unusable(error: unknown): BackendError {
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
    const giveUp = (): void =>
      reject(new BackendError({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' }));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
