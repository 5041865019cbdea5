import type { BackendError } from '../../domain/errors.ts';

const INITIAL_MS = 1_000;
const MAX_MS = 30_000;
/** A longer Retry-After is a fault of the server, and timers overflow after 24 days. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60_000;

/**
 * The delay after `failures` consecutive failures, ms: doubles from 1 s up to 30 s. `random` (0 to below 1) spreads it
 * over its second half, so that many clients do not retry at the same moment.
 */
export function backOff(failures: number, random: number): number {
  const full = Math.min(MAX_MS, INITIAL_MS * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random;
}

/** The Retry-After of the server, at most a day, ms; undefined when it sent none. */
export const boundedRetryAfterMs = ({ retryAfterMs }: BackendError): number | undefined =>
  retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
