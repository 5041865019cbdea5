import { expect, it } from 'vitest';
import { usageWords } from '../../../src/view/rows/usage-words.ts';

const DOLLAR = 1_000_000;

it.each([
  [0.412345 * DOLLAR, false, ['$0.41']],
  [12 * DOLLAR, false, ['$12.00']],
  [0.412345 * DOLLAR, true, ['at least $0.41']],
  [5_000, false, ['under $0.01']],
  [0, false, []],
  [0, true, ['cost unknown']],
  [-1, false, []],
  [Number.NaN, false, []],
])('describes a cost of %d millionths, partial: %s', (micros, isPartial, words) => {
  expect(usageWords({ micros, isPartial }, null)).toEqual(words);
});

it.each([
  [8_430, 200_000, ['8.4k tokens', '4 % of context']],
  [999, 200_000, ['999 tokens', 'under 1 % of context']],
  [9_960, null, ['10k tokens']],
  [999_600, 1_000_000, ['1M tokens', '100 % of context']],
  [1_240_000, 1_000_000, ['1.2M tokens', '124 % of context']],
])('describes %d tokens of %s', (tokens, limit, words) => {
  expect(usageWords(null, { tokens, limit })).toEqual(words);
});

it('has nothing to say of a server that reports neither', () => {
  expect(usageWords(null, null)).toEqual([]);
});
