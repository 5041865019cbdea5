import { createHash } from 'node:crypto';

/** Under which one user's memory of one deployment is kept. Neither an origin nor a user name holds a space. */
export const deploymentKey = (deployment: { readonly origin: string; readonly user: string }): string =>
  `${deployment.origin} ${deployment.user}`;

/** Identifies a token without storing it. Tokens are long and random, so the digest does not reveal the token. */
export const credentialDigest = (origin: string, token: string): string =>
  createHash('sha256').update(`${origin} ${token}`).digest('hex');
