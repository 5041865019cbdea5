import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';

/** Maximum sends and resumes that start at the same time. */
const MAX_CONCURRENT = 4;
/** A send that takes longer waits for the turn of an agent, so its slot becomes free; ms. */
const HOLD_MS = 2_000;

/** Limits concurrent starts, so that a message to many tasks does not flood the server. */
export interface StartSlots {
  readonly isFull: boolean;
  /** Uses a slot until the work ends or `HOLD_MS` is over. Resolves or rejects with the work. */
  run(work: () => Promise<void>): Promise<void>;
}

/** `onFreed` is called when a slot becomes free before its work ends. */
export function createStartSlots(clock: Clock, stopping: AbortSignal, onFreed: () => void): StartSlots {
  let usedCount = 0;
  return {
    get isFull() {
      return usedCount >= MAX_CONCURRENT;
    },
    async run(work) {
      const ended = new AbortController();
      usedCount++;
      const released = sleep(clock, HOLD_MS, AbortSignal.any([ended.signal, stopping])).then(() => {
        usedCount--;
        if (!ended.signal.aborted && !stopping.aborted) onFreed();
      });
      try {
        await work();
      } finally {
        ended.abort();
        await released;
      }
    },
  };
}
