import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { APART, LANES } from './test/lanes.mts';

const lane = (
  name: string,
  include: readonly string[],
  exclude: readonly string[],
  globalSetup: readonly string[] = [],
) => ({
  extends: true as const,
  test: { name, include: [...include], exclude: [...APART, ...exclude], globalSetup: [...globalSetup] },
});

export default defineConfig({
  define: { TASKDECK_VERSION: '"0.0.0-test"' },
  test: {
    projects: [
      lane('unit', ['test/**/*.test.{ts,tsx}'], [...LANES.ui, ...LANES.e2e]),
      lane('ui', LANES.ui, LANES.e2e),
      lane('e2e', LANES.e2e, [], ['test/support/build-program.ts']),
    ],
    testTimeout: 20_000,
    // Tests wait for programs and terminals a third of the time, so one worker per core would leave cores idle.
    maxWorkers: availableParallelism() + 1,
  },
});
