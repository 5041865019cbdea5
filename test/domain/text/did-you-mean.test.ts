import { expect, it } from 'vitest';
import { didYouMean } from '../../../src/domain/text/did-you-mean.ts';

const KNOWN = ['list', 'logs', 'login', 'create', 'delete', 'completion', 'wait', 'watch'];

it.each([
  ['lsit', 'list'],
  ['LIST', 'list'],
  ['creat', 'create'],
  ['deleet', 'delete'],
  ['compleiton', 'completion'],
  ['wacth', 'watch'],
  ['log', 'logs'],
])('%s is near to %s', (word, nearest) => {
  expect(didYouMean(word, KNOWN)).toBe(`Did you mean "${nearest}"?`);
});

it.each(['', 'x', 'frobnicate', 'ps', 'attach', 'l'])('no word is near to %j', (word) => {
  expect(didYouMean(word, KNOWN)).toBe('');
});
