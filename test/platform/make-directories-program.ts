// A thread that creates the same missing directories as others, in each round at the same time.
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import { makePrivateDirectory } from '../../src/platform/private-directory.ts';

/** Input of each thread, from `private-directory.test.ts`. */
export interface Share {
  readonly folder: string;
  readonly rounds: number;
  readonly threads: number;
  /** Number of threads that have arrived, over all rounds. */
  readonly arrived: Int32Array;
}

const { folder, rounds, threads, arrived }: Share = workerData;
for (let round = 1; round <= rounds; round += 1) {
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < round * threads);
  makePrivateDirectory(path.join(folder, String(round), '.local', 'state', 'taskdeck'));
}
