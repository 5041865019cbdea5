import { createHash } from 'node:crypto';

/** Under which one user's memory of one deployment is kept. Neither an origin nor a user name holds a space. */
export const deploymentKey = (deployment: { readonly origin: string; readonly user: string }): string =>
  `${deployment.origin} ${deployment.user}`;

/** Recognises a token again without keeping it: tokens are long and random, so a digest tells nothing about one. */
export const credentialDigest = (origin: string, token: string): string =>
  createHash('sha256').update(`${origin} ${token}`).digest('hex');
