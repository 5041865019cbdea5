import type { Clock } from './ports/clock.ts';

/** The result of the promise; null when it rejects, or takes longer than `ms`. */
export const settleWithin = <Value>(
  clock: Pick<Clock, 'after'>,
  ms: number,
  promise: Promise<Value>,
): Promise<Value | null> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(null));
    void promise
      .catch(() => null)
      .then((value) => {
        cancel();
        resolve(value);
      });
  });
