import type { Clock } from '../domain/ports/clock.ts';
import { givenUp } from './given-up.ts';

/** Waits `ms`; rejects as soon as `signal` is aborted. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(givenUp());
      return;
    }
    const stop = () => {
      cancel();
      reject(givenUp());
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Looks soon at first, because most things end soon, then less and less often up to every `longest` ms. */
export const lookAgainAfter = (looks: number, longest: number): number => Math.min(longest, 250 * 2 ** looks);
