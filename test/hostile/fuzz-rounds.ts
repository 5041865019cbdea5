import { seededRandom } from '../support/seeded-random.ts';

/** How much is tried: a little with every `npm test`, a thousand times as much when somebody has the time. */
const ROUNDS = Number(process.env.TASKDECK_FUZZ_ROUNDS ?? 1);
const SEED = Number(process.env.TASKDECK_FUZZ_SEED ?? 20_261);

/** Runs `once` with a generator of its own each time; what fails says which seed brings it back. */
export async function fuzzRounds(
  count: number,
  once: (next: (below: number) => number) => void | Promise<void>,
): Promise<void> {
  for (let round = 0; round < count * ROUNDS; round++) {
    const seed = SEED + round;
    try {
      await once(seededRandom(Math.imul(seed, 2_654_435_761)));
    } catch (error) {
      if (error instanceof Error) {
        error.message = `TASKDECK_FUZZ_SEED=${seed} brings it back: ${error.message}`;
      }
      throw error;
    }
  }
}
