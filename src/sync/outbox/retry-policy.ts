import { BackendError } from '../../domain/errors.ts';
import { backOff, boundedRetryAfterMs } from '../refresh/back-off.ts';

/** The delay before the next try when the agent is busy, ms. */
const BUSY_DELAY_MS = 2_000;

/** The shortest delay, even with `Retry-After: 0`, which would otherwise cause a tight loop; ms. */
const MIN_DELAY_MS = 1_000;

/** The longest delay while there is no connection, so that a message goes out soon after the server is back; ms. */
const NO_CONNECTION_MAX_MS = 10_000;

/** The reaction to a refused message: send it again after a delay, or return the text to the prompt. */
export type RetryDecision =
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      /** The state of the task is not the known one. */
      readonly isStateChanged: boolean;
    }
  | { readonly kind: 'return-text' };

/** `failures`: consecutive failures before this one. `random`: from 0 to below 1. */
export function retryDecision(cause: unknown, failures: number, random: number): RetryDecision {
  if (!(cause instanceof BackendError)) return { kind: 'return-text' };
  const retryAfterMs = boundedRetryAfterMs(cause);
  const serverDelayMs = retryAfterMs === undefined ? undefined : Math.max(MIN_DELAY_MS, retryAfterMs);
  const backOffDelayMs = Math.max(retryAfterMs ?? 0, backOff(failures + 1, random));
  switch (cause.kind) {
    case 'busy':
      return { kind: 'retry', delayMs: serverDelayMs ?? BUSY_DELAY_MS, isStateChanged: false };
    case 'rate-limited':
      return {
        kind: 'retry',
        delayMs: serverDelayMs ?? Math.max(BUSY_DELAY_MS, backOffDelayMs),
        isStateChanged: false,
      };
    case 'conflict':
      return { kind: 'retry', delayMs: Math.max(BUSY_DELAY_MS, backOffDelayMs), isStateChanged: true };
    case 'unreachable':
    case 'timeout':
      return {
        kind: 'retry',
        delayMs: Math.max(retryAfterMs ?? 0, Math.min(backOffDelayMs, NO_CONNECTION_MAX_MS)),
        isStateChanged: false,
      };
    case 'setup':
    case 'read-only':
    case 'signed-out':
    case 'not-coder':
    case 'server':
    case 'bad-answer':
      return { kind: 'retry', delayMs: backOffDelayMs, isStateChanged: false };
    default:
      return { kind: 'return-text' };
  }
}
