import { BackendError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';

/** Resolves after a time in ms. Rejects with `aborted` when the signal ends it before. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export const createWait =
  (clock: Pick<Clock, 'after'>): Wait =>
  async (ms, signal) => {
    await sleep(clock, ms, signal);
    if (signal.aborted)
      throw new BackendError({ kind: 'aborted', message: 'Cancelled.', tookEffect: 'maybe' });
  };
