import type { Clock } from '../domain/ports/clock.ts';
import { UnusableDirectory } from '../platform/private-directory.ts';
import { sleep } from '../platform/sleep.ts';
import type { Repository } from './repository.ts';

/** How long a write that failed waits for the next attempt, ms. */
const RETRY_MS = 1_000;

/**
 * Stores what `write` does in one transaction, and tries again every second while the disk does not take it. Every
 * write that no request waits for goes through here; a request reports the failure to its client instead. The first
 * attempt happens before the function returns. When `signal` aborts, one last attempt is made at once. Rejects with
 * the UnusableDirectory of the last attempt, and at once with any other error.
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
      if (isFirst) console.error('Trying again every second:', error);
    }
    await sleep(clock, RETRY_MS, signal);
  }
}
