import { expect, it } from 'vitest';
import { needsAttentionText } from '../../../src/domain/needs-attention.ts';
import { counted, plural } from '../../../src/domain/text/format.ts';

it.each([
  [0, '0 hits'],
  [1, '1 hit'],
  [2, '2 hits'],
  [1_000, '1000 hits'],
])('formats a count of %i as %s', (count, words) => {
  expect(counted(count, 'hit')).toBe(words);
});

it('uses an irregular plural', () => {
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(3, 'entry', 'entries')).toBe('3 entries');
  expect(plural(1, 'is', 'are')).toBe('is');
  expect(plural(2, 'is', 'are')).toBe('are');
});

it('says how many tasks need you', () => {
  expect([0, 1, 2].map(needsAttentionText)).toEqual(['0 need you', '1 needs you', '2 need you']);
});
