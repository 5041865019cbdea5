/** Resolves after `ms` of the clock's monotonic time, or when the signal aborts: the caller checks the signal. */
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

/** Resolves after `ms` of real time, also in tests. Does not keep the process alive. */
export const sleepInRealTime = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref());
