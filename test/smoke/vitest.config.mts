import { defineConfig } from 'vitest/config';

// Apart from the other tests: it builds dist/, packs and installs, which `npm test` must not do behind one's back.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/smoke/*.test.ts'],
    testTimeout: 180_000,
    fileParallelism: false,
  },
});
