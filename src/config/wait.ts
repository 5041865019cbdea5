import type { Clock } from '../domain/ports/clock.ts';

/** Resolves after `ms` by the clock; rejects with the signal's reason when that comes first. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
    const giveUp = (): void => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
