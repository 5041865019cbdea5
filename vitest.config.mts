import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { TASKDECK_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/smoke/**', 'test/screens/**', 'test/soak/**'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 20_000,
    // Most of the time is waiting for programs and terminals: a core left free for the runner would be idle.
    maxWorkers: '100%',
  },
});
