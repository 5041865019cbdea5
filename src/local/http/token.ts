import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random token in Coder's format: 10 letters or digits, a hyphen, 22 more (131 random bits). */
export const newToken = (): string => `${randomLetters(10)}-${randomLetters(22)}`;

const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** Compares `given` with `token`. Returns the error text of section 3 of the contract; null if they are equal. */
export function tokenError(given: string | undefined, token: string): string | null {
  if (given === undefined || given === '') return 'No session token was sent.';
  const parts = /^([A-Za-z0-9]{10})-([A-Za-z0-9]{22})$/.exec(given);
  if (parts === null) return 'Invalid API key format: it must be 10 letters or digits, a hyphen and 22 more.';
  const [id = '', secret = ''] = given.split('-');
  const [ownId = '', ownSecret = ''] = token.split('-');
  // Always compares both parts, so that the time reveals nothing.
  const sameId = isSameSecret(id, ownId);
  const sameSecret = isSameSecret(secret, ownSecret);
  if (!sameId) return 'API key is invalid.';
  return sameSecret ? null : 'API key secret is invalid.';
}

/** Compares in constant time. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
