import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { APART, LANES, LONG_FILES } from './test/lanes.mts';
import { TEST_MS, WAIT_MS } from './test/time-outs.mts';

const lane = (
  name: string,
  include: readonly string[],
  exclude: readonly string[],
  options: { readonly globalSetup?: string[]; readonly isolate?: boolean } = {},
) => ({
  extends: true as const,
  test: { name, include: [...include], exclude: [...APART, ...exclude], ...options },
});

/** The files of a worker share their modules: loading them again for each file takes two thirds of the time. */
const SHARED_MODULES = { isolate: false };

/** Starts the longest files first: one that starts last would leave the other workers idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG_FILES.findIndex((file) => moduleId.endsWith(`/${file}`));
      return place < 0 ? LONG_FILES.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  define: { TASKDECK_VERSION: '"0.0.0-test"' },
  test: {
    projects: [
      lane('unit', ['test/**/*.test.{ts,tsx}'], [...LANES.ui, ...LANES.e2e], SHARED_MODULES),
      lane('ui', LANES.ui, LANES.e2e, SHARED_MODULES),
      lane('e2e', LANES.e2e, [], { globalSetup: ['test/support/build-program.ts'] }),
    ],
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: WAIT_MS } },
    // E2e tests wait for programs and terminals half of the time, so one worker per core would leave cores idle.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
  },
});
