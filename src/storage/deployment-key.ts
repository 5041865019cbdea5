import { createHash } from 'node:crypto';

/** The key of one user's data of one deployment. Neither an origin nor a user name contains a space. */
export const deploymentKey = (deployment: { readonly origin: string; readonly user: string }): string =>
  `${deployment.origin} ${deployment.user}`;

/** Identifies a token without storing it. Tokens are long and random, so the digest does not reveal them. */
export const credentialDigest = (origin: string, token: string): string =>
  createHash('sha256').update(`${origin} ${token}`).digest('hex');
