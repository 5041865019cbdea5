import { defaultTimeouts, type Timeouts } from '../../../src/api/timeouts.ts';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { NOON } from '../../domain/builders.ts';
import { eventLoopTurn, type ManualClock, manualClock } from '../manual-clock.ts';

/** Time of the client and of the server's delays. */
export interface TestTime {
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** Moves `clock` on by `ms`, with everything that is due. */
  pass(ms: number): Promise<void>;
  /** Resolves when the network is quiet and due timers have fired. */
  settle(): Promise<void>;
}

/** Maximum real time until the network is quiet, ms. */
const QUIET_TIMEOUT_MS = 60_000;
/** Quiet turns of the event loop in a row: reading a response takes several. */
const QUIET_TURNS = 3;

/**
 * Time that moves only while the network is quiet, and then jumps to the next due timer. Results do not depend on the
 * speed of the machine.
 */
export function manualTime(isQuiet: () => boolean): TestTime & { readonly clock: ManualClock } {
  const untilQuiet = async (): Promise<void> => {
    const until = performance.now() + QUIET_TIMEOUT_MS;
    for (let count = 0; count < QUIET_TURNS; ) {
      await eventLoopTurn();
      count = isQuiet() ? count + 1 : 0;
      if (performance.now() > until) throw new Error('A request is still in progress.');
    }
  };
  const clock = manualClock(NOON, untilQuiet);
  return { clock, timeouts: defaultTimeouts, pass: clock.advance, settle: clock.settle };
}
