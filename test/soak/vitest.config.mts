import { defineConfig } from 'vitest/config';

const MINUTES = Number(process.env.TASKDECK_SOAK_MINUTES ?? 10);

// Apart from the other tests, because it runs for minutes and uses both processors.
export default defineConfig({
  define: { TASKDECK_VERSION: '"0.0.0-test"' },
  test: {
    root: `${import.meta.dirname}/../..`,
    include: [
      'test/soak/*.test.ts',
      'test/hostile/*.test.{ts,tsx}',
      ...(MINUTES < 5 ? [] : ['test/sync/outbox-random/*.test.ts']),
    ],
    globalSetup: ['test/support/build-program.ts'],
    testTimeout: 2 * 60 * 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    // Prints tables without prefixes.
    disableConsoleIntercept: true,
  },
});
