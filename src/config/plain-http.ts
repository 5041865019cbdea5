import { UsageError } from '../domain/errors.ts';
import type { Deployment } from './deployment.ts';
import { allowPlainHttp } from './profiles.ts';

export interface PlainHttpOptions {
  /** Allowed by the flag, for this run only. */
  readonly allowed: boolean;
  readonly configDirectory: string;
  /** Asks whether to send the token unencrypted to another machine. Rejects with a UsageError without a terminal. */
  ask(url: string): Promise<boolean>;
}

/**
 * Requires consent before a token is sent unencrypted to another machine: by the flag, at sign-in, or now. Stores the
 * consent for a profile.
 * @throws UsageError without consent
 */
export async function confirmPlainHttp(
  deployment: Deployment,
  { allowed, configDirectory, ask }: PlainHttpOptions,
): Promise<void> {
  if (!needsPlainHttpConsent(deployment, allowed)) return;
  if (!(await ask(deployment.url))) throw new UsageError(`Nothing was sent to ${deployment.url}.`);
  try {
    if (deployment.profile !== null) allowPlainHttp(configDirectory, deployment.profile);
  } catch {
    // Not writable: the next run asks again.
  }
}

export const needsPlainHttpConsent = (
  deployment: Deployment,
  allowed: boolean,
): deployment is Extract<Deployment, { readonly kind: 'remote' }> =>
  deployment.kind === 'remote' && deployment.unencrypted && !deployment.plainHttpAllowed && !allowed;
