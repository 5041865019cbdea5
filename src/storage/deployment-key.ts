import { sha256 } from './sha256.ts';

/** Under which one user's memory of one deployment is kept. Neither an origin nor a user name holds a space. */
export const deploymentKey = (deployment: { readonly origin: string; readonly user: string }): string =>
  `${deployment.origin} ${deployment.user}`;

/** Recognises a token again without keeping it: tokens are long and random, so a digest tells nothing about one. */
export const credentialDigest = (origin: string, token: string): string => sha256(`${origin} ${token}`);
