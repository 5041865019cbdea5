import type { BenchPrograms } from './programs.ts';
import type { Samples } from './statistics.ts';
import type { TaskServer } from './task-server.ts';

export interface Bench {
  readonly programs: BenchPrograms;
  readonly server: TaskServer;
  readonly samples: Samples;
  /** From 0. */
  readonly run: number;
  /** Measurements of each start in this run. */
  readonly starts: number;
  /** How long the chats of `local-rest` rest before they are measured, ms. */
  readonly restMs: number;
}

/** One measurement. Adds samples, and ends all programs that it started. */
export type Scenario = (bench: Bench) => Promise<void>;

/** Minimum measurements of each start in all runs. The programs take turns. */
export const MIN_STARTS = 15;
