import type { Places } from './places.ts';
import type { Samples } from './statistics.ts';
import type { TaskServer } from './task-server.ts';

/** What a scenario works with. */
export interface Bench {
  readonly places: Places;
  readonly server: TaskServer;
  readonly samples: Samples;
  /** From 0. */
  readonly run: number;
}

/** One run of something that is measured. It adds to the samples, and leaves nothing behind that runs. */
export type Scenario = (bench: Bench) => Promise<void>;

/** How often a start is measured in one run: half of what a single one takes is the machine's mood. */
export const STARTS = 3;
