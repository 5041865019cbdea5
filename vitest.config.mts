import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { TASKDECK_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/smoke/**', 'test/screens/**', 'test/soak/**'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 20_000,
    // A third of the time is waiting for programs and terminals, so that as many workers as cores leave them idle.
    maxWorkers: availableParallelism() + 1,
  },
});
