// One of several threads that create the same missing directories, each round at the same moment.
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import { makePrivateDirectory } from '../../src/platform/private-directory.ts';

/** What `own-directory.test.ts` passes to each thread. */
export interface Share {
  readonly folder: string;
  readonly rounds: number;
  readonly threads: number;
  /** How many threads have arrived, over all rounds. */
  readonly arrived: Int32Array;
}

const { folder, rounds, threads, arrived }: Share = workerData;
for (let round = 1; round <= rounds; round += 1) {
  Atomics.add(arrived, 0, 1);
  while (Atomics.load(arrived, 0) < round * threads);
  makePrivateDirectory(path.join(folder, String(round), '.local', 'state', 'taskdeck'));
}
