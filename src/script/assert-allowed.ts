import { BackendError } from '../domain/errors.ts';
import type { Availability } from '../domain/rules.ts';

/** @throws BackendError `conflict` with the reason of the rule, as if the server had refused */
export function assertAllowed(availability: Availability, hint?: string): void {
  if (availability === true) return;
  throw new BackendError({
    kind: 'conflict',
    message: availability,
    ...(hint ? { hint } : {}),
    tookEffect: 'no',
  });
}
