import type { BenchPrograms } from './programs.ts';
import type { Samples } from './statistics.ts';
import type { TaskServer } from './task-server.ts';

/** What a scenario works with. */
export interface Bench {
  readonly places: BenchPrograms;
  readonly server: TaskServer;
  readonly samples: Samples;
  /** From 0. */
  readonly run: number;
  /** How often this run measures each start. */
  readonly starts: number;
}

/** One run of something that is measured. It adds to the samples, and leaves nothing behind that runs. */
export type Scenario = (bench: Bench) => Promise<void>;

/** Each start is measured at least this often, whatever the number of runs. Starts of the programs take turns. */
export const LEAST_STARTS = 15;
