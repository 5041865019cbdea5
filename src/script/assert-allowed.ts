import { BackendError } from '../domain/errors.ts';
import type { Availability } from '../domain/rules.ts';

/** Throws what a rule says against an action, in the shape of a server's refusal. */
export function assertAllowed(availability: Availability, hint?: string): void {
  if (availability === true) return;
  throw new BackendError({
    kind: 'conflict',
    message: availability,
    ...(hint ? { hint } : {}),
    tookEffect: 'no',
  });
}
