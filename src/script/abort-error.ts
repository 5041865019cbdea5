import { BackendError } from '../domain/errors.ts';

/** What a command throws when its signal ends it. */
export const abortError = (): BackendError =>
  new BackendError({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' });

/** @throws givenUp() when the signal is aborted */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError();
}
