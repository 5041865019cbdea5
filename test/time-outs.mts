/** Only for tests that hang: a test that works may take long on a busy machine; ms. */
export const TEST_MS = 90_000;

/** For one wait of a test. Short waits of libraries end while other workers keep the cores busy; ms. */
export const WAIT_MS = 30_000;
