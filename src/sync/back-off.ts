import type { BackendError } from '../domain/errors.ts';

const INITIAL_MS = 1_000;
const MAX_MS = 30_000;
/** A server that asks for more than a day has a fault of its own, and timers end at 24 days. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/**
 * The pause after `failures` failures in a row, ms: doubling, bounded, and spread by `random` (0 to below 1) over its
 * second half, so that many clients do not come back at the same moment.
 */
export function backOff(failures: number, random: number): number {
  const full = Math.min(MAX_MS, INITIAL_MS * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random;
}

/** How long the server asked us to wait, ms; undefined when it did not. */
export const boundedRetryAfterMs = ({ retryAfterMs }: BackendError): number | undefined =>
  retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
