import { seededRandom } from '../support/seeded-random.ts';

/** Multiplies the number of rounds. */
const ROUNDS = Number(process.env.TASKDECK_FUZZ_ROUNDS ?? 1);
const SEED = Number(process.env.TASKDECK_FUZZ_SEED ?? 20_261);

/** Runs `once` with a new generator each time. A failure names the seed that reproduces it. */
export async function fuzzRounds(
  count: number,
  run: (next: (below: number) => number) => void | Promise<void>,
): Promise<void> {
  for (let round = 0; round < count * ROUNDS; round++) {
    const seed = SEED + round;
    try {
      await run(seededRandom(Math.imul(seed, 2_654_435_761)));
    } catch (error) {
      if (error instanceof Error) {
        error.message = `TASKDECK_FUZZ_SEED=${seed} reproduces it: ${error.message}`;
      }
      throw error;
    }
  }
}
