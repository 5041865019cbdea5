import { describe, expect, it } from 'vitest';
import { parsePattern } from '../../src/domain/filter-pattern.ts';

describe('a pattern', () => {
  it.each([
    'fix.*login',
    '^fix|^add',
    'v\\d+\\.\\d+',
    '(?:a|b)c',
    '(ab)+',
    '[a-z*+]+x',
    'a{2,3}',
    'x*?',
    '\\(',
    'a\\/b',
  ])('%s is a regular expression', (source) => {
    expect(parsePattern(source, '')).toEqual(new RegExp(source));
  });

  it('takes the flag i', () => {
    expect(parsePattern('fix', 'i')).toEqual(/fix/i);
  });

  it.each([
    ['(a+)+$', 'a repeated group may not hold another repetition, ? or |.'],
    ['(a|a)*b', 'a repeated group may not hold another repetition, ? or |.'],
    ['((ab?)c){2,}', 'a repeated group may not hold another repetition, ? or |.'],
    ['.*.*.*.*x', 'use at most 3 of *, + and {}.'],
    ['a?a?a?a?a?a?a?aaaaaaa', 'use at most 6 of ?.'],
    ['a{1,5000}', 'use counts of at most 100.'],
    ['(a)\\1', 'references to groups are not allowed.'],
    ['(?=a)', 'of the groups with (? only (?: is allowed.'],
  ])('%s is refused, because it could take too long', (source, why) => {
    expect(parsePattern(source, '')).toBe(`/${source}/ could take too long: ${why}`);
  });

  it.each([
    ['(fix', '/(fix/ is not a pattern: unterminated group.'],
    ['[z-a]', '/[z-a]/ is not a pattern: range out of order in character class.'],
    ['*x', '/*x/ is not a pattern: nothing to repeat.'],
  ])('%s is a fault of syntax', (source, fault) => {
    expect(parsePattern(source, '')).toBe(fault);
  });

  it('has no other flag, and a limited length', () => {
    expect(parsePattern('home', 'g')).toBe('Unknown flag "g" of /home/. Use i, or write a path in quotes.');
    expect(parsePattern('x', 'ii')).toMatch(/Unknown flag/u);
    expect(parsePattern('x'.repeat(201), '')).toBe('A pattern has at most 200 characters.');
  });
});
