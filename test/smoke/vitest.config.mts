import { defineConfig } from 'vitest/config';

// Apart from the other tests, because it replaces dist/, packs and installs.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/smoke/*.test.ts'],
    testTimeout: 180_000,
    fileParallelism: false,
  },
});
