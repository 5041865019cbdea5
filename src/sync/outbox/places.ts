import type { Clock } from '../../domain/ports/clock.ts';
import { sleep } from '../../platform/sleep.ts';

/** How many messages, and resumes for messages, are begun at the same time. */
const AT_ONCE = 4;
/** What takes longer than this waits for an agent, whose whole turn it may take: others begin meanwhile; ms. */
const SLOW_MS = 2_000;

/** Room to begin something: a message to many tasks is no storm for the server. */
export interface Places {
  readonly isFull: boolean;
  /** Takes one until the work is over, or has lasted so long that others may begin. */
  during(work: () => Promise<void>): Promise<void>;
}

/** `freed` is called when there is room although the work goes on. */
export function createPlaces(clock: Clock, stopping: AbortSignal, freed: () => void): Places {
  let taken = 0;
  return {
    get isFull() {
      return taken >= AT_ONCE;
    },
    async during(work) {
      const over = new AbortController();
      taken++;
      const slow = sleep(clock, SLOW_MS, AbortSignal.any([over.signal, stopping])).then(() => {
        taken--;
        if (!over.signal.aborted && !stopping.aborted) freed();
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
