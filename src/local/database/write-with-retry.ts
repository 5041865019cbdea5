import type { Clock } from '../../domain/ports/clock.ts';
import { UnusableDirectory } from '../../platform/private-directory.ts';
import { sleep } from '../../platform/sleep.ts';
import type { Repository } from './repository.ts';

const RETRY_MS = 1_000;

/**
 * Runs `write` in a transaction; retries every second after an UnusableDirectory. For all writes outside of requests:
 * a request reports the error to its client instead. Makes the first attempt synchronously, and the last one when
 * `signal` aborts; rejects with the error of that attempt. Rejects with any other error at once.
 */
export async function writeWithRetry(
  { repository, clock }: { readonly repository: Repository; readonly clock: Clock },
  write: () => void,
  signal: AbortSignal,
): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      repository.inTransaction(write);
      return;
    } catch (error) {
      if (signal.aborted || !(error instanceof UnusableDirectory)) throw error;
      if (isFirst) console.error('Cannot write, retrying every second:', error);
    }
    await sleep(clock, RETRY_MS, signal);
  }
}
