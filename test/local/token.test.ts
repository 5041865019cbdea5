import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isSameSecret, newToken, tokenError } from '../../src/local/http/token.ts';

it('compares both parts of a token in constant time', () => {
  const compare = vi.spyOn(crypto, 'timingSafeEqual');
  // The spy takes effect in modules that import the function by its name.
  syncBuiltinESMExports();
  onTestFinished(() => {
    compare.mockRestore();
    syncBuiltinESMExports();
  });
  const token = newToken();
  const wrong = (at: number): string =>
    token.slice(0, at) + (token[at] === 'x' ? 'y' : 'x') + token.slice(at + 1);
  for (const given of [token, wrong(0), wrong(9), wrong(11), wrong(32)]) {
    compare.mockClear();
    expect(tokenError(given, token) === null).toBe(given === token);
    expect(compare).toHaveBeenCalledTimes(2);
    for (const [one, other] of compare.mock.calls) {
      expect([one.byteLength, other.byteLength]).toEqual([32, 32]);
    }
  }
  expect(isSameSecret('short', 'much longer')).toBe(false);
});
