import { defaultTimeouts, type Timeouts } from '../../../src/api/timeouts.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { NOON } from '../../domain/builders.ts';
import { eventLoopTurn, type ManualClock, manualClock } from '../manual-clock.ts';

/** Time for everything in a test: the client's, and the server's delays. */
export interface TestTime {
  readonly clock: Clock;
  /** What the client is given. */
  readonly timeouts: Timeouts;
  /** Lets so much of it pass, ms of `clock`; whatever is due meanwhile has happened then. */
  pass(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
}

/** Real time that a network may take to come to rest before something is wrong with the test, ms. */
const PATIENCE_MS = 60_000;
/** So many turns of the event loop nothing must be under way: an answer is read in several. */
const QUIET_TURNS = 3;

/**
 * Time that moves only when nothing is under way on the network, and then at once to the next moment at which something
 * is due: an hour takes as long as what happens in it, and a busy machine changes nothing.
 */
export function manualTime(isQuiet: () => boolean): TestTime & { readonly clock: ManualClock } {
  const calm = async (): Promise<void> => {
    const until = performance.now() + PATIENCE_MS;
    for (let count = 0; count < QUIET_TURNS; ) {
      await eventLoopTurn();
      count = isQuiet() ? count + 1 : 0;
      if (performance.now() > until) throw new Error('Something is under way that never comes to an end.');
    }
  };
  const clock = manualClock(NOON, calm);
  return { clock, timeouts: defaultTimeouts, pass: clock.advance, settle: clock.settle };
}
