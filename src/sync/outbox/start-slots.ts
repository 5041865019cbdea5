import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';

/** How many messages, and resumes for messages, are begun at the same time. */
const MAX_CONCURRENT = 4;
/** What takes longer than this waits for an agent, whose whole turn it may take: others begin meanwhile; ms. */
const HOLD_MS = 2_000;

/** Room to begin something: a message to many tasks is no storm for the server. */
export interface StartSlots {
  readonly isFull: boolean;
  /** Takes one until the work is over, or has lasted so long that others may begin. */
  run(work: () => Promise<void>): Promise<void>;
}

/** `freed` is called when there is room although the work goes on. */
export function createStartSlots(clock: Clock, stopping: AbortSignal, onFreed: () => void): StartSlots {
  let usedCount = 0;
  return {
    get isFull() {
      return usedCount >= MAX_CONCURRENT;
    },
    async run(work) {
      const over = new AbortController();
      usedCount++;
      const slow = sleep(clock, HOLD_MS, AbortSignal.any([over.signal, stopping])).then(() => {
        usedCount--;
        if (!over.signal.aborted && !stopping.aborted) onFreed();
      });
      try {
        await work();
      } finally {
        over.abort();
        await slow;
      }
    },
  };
}
