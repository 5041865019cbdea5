import { UsageError } from '../domain/errors.ts';
import type { Deployment } from './deployment.ts';
import { allowPlainHttp } from './profiles.ts';

export interface PlainHttpOptions {
  /** The command line says that it may be: for this run alone. */
  readonly allowed: boolean;
  readonly configDirectory: string;
  /** Whether to send the token unencrypted to another machine. Rejects with a UsageError where there is nobody to ask. */
  ask(url: string): Promise<boolean>;
}

/**
 * Sees to it that a token travels unencrypted to another machine only when somebody has said so: by a flag, when they
 * signed in, or now. What is said for a profile is remembered with it.
 * @throws UsageError when nobody has
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
    // A disk that takes nothing: it is asked again the next time.
  }
}

/** Whether nobody has agreed yet. */
export const needsPlainHttpConsent = (
  deployment: Deployment,
  allowed: boolean,
): deployment is Extract<Deployment, { readonly kind: 'remote' }> =>
  deployment.kind === 'remote' && deployment.unencrypted && !deployment.plainHttpAllowed && !allowed;
