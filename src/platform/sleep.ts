/**
 * Resolves after `ms` of the clock's monotonic time, or as soon as the signal aborts: the caller checks the signal.
 * Tests that move the clock by hand end it at once.
 */
export function sleep(
  clock: { after(ms: number, callback: () => void): () => void },
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** Resolves after `ms` of real time, in tests as well. Does not keep the process alive. */
export const sleepInRealTime = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref());
