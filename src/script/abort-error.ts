import { BackendError } from '../domain/errors.ts';

/** The error of a command whose signal is aborted. */
export const abortError = (): BackendError =>
  new BackendError({ kind: 'aborted', message: 'Cancelled.', tookEffect: 'no' });

/** @throws abortError() when the signal is aborted */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError();
}
