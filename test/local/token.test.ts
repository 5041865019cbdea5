import { timingSafeEqual } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { isSameSecret, newToken, tokenError } from '../../src/local/token.ts';

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) };
});

it('compares both parts of a token in constant time', () => {
  const token = newToken();
  const wrong = (at: number): string =>
    token.slice(0, at) + (token[at] === 'x' ? 'y' : 'x') + token.slice(at + 1);
  for (const given of [token, wrong(0), wrong(9), wrong(11), wrong(32)]) {
    vi.mocked(timingSafeEqual).mockClear();
    expect(tokenError(given, token) === null).toBe(given === token);
    expect(timingSafeEqual).toHaveBeenCalledTimes(2);
    for (const [one, other] of vi.mocked(timingSafeEqual).mock.calls) {
      expect([one.byteLength, other.byteLength]).toEqual([32, 32]);
    }
  }
  expect(isSameSecret('short', 'much longer')).toBe(false);
});
