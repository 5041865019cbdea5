import type { BackendError } from '../domain/errors.ts';

/** The age of a pane's data, and the error of the last refresh. */
export interface Freshness {
  /** When the shown data was requested, Unix ms; null before the first. */
  readonly requestedAt: number | null;
  /** The next response is due this long after `requestedAt`, ms. */
  readonly refreshMs: number;
  readonly error: BackendError | null;
  /** When the next attempt starts after a failure, Unix ms. */
  readonly retryAt: number | null;
}

export const NEVER_LOADED: Freshness = { requestedAt: null, refreshMs: 0, error: null, retryAt: null };

export const freshAt = (requestedAt: number, refreshMs: number): Freshness => ({
  requestedAt,
  refreshMs,
  error: null,
  retryAt: null,
});

export const failedRefresh = (
  before: Freshness,
  { error, retryAt }: Pick<Freshness, 'error' | 'retryAt'>,
): Freshness => ({ ...before, error, retryAt });
