import { defineConfig } from 'vitest/config';

// `npm run screens` writes docs/screens.md. Apart from the tests, because times differ in every run.
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/screens/*.test.ts'],
    globalSetup: ['test/support/build-program.ts'],
    testTimeout: 120_000,
  },
});
