import { BackendError } from '../domain/errors.ts';

/** What a command throws when its signal ends it. */
export const givenUp = (): BackendError =>
  new BackendError({ kind: 'aborted', message: 'Given up.', tookEffect: 'no' });

/** @throws givenUp() when the signal is aborted */
export function throwIfGivenUp(signal: AbortSignal): void {
  if (signal.aborted) throw givenUp();
}
