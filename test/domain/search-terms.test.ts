import { describe, expect, it, test } from 'vitest';
import { type MessagePart, textParts } from '../../src/domain/message.ts';
import { excerptOf, foldText, normaliseText, parseSearchTerms } from '../../src/domain/search-terms.ts';
import { searchableText } from '../../src/domain/searchable-text.ts';
import { toolCall } from './builders.ts';

describe('the terms of a search', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['Fix  Login', ['fix', 'login']],
    ['"Fix  the login" now', ['fix the login', 'now']],
    ['"open quote', ['open quote']],
    ['a"b"', ['a', 'b']],
    ['""', []],
    ['same SAME', ['same']],
    ['ΟΔΟΣ', ['οδοσ']],
    ['登录', ['登录']],
    ['e\u0301t', ['ét']],
  ])('of %j are %j', (text, terms) => {
    expect(parseSearchTerms(text)).toEqual(terms);
  });

  it('are bounded', () => {
    const terms = parseSearchTerms(Array.from({ length: 50 }, (_, at) => `w${at}`).join(' '));
    expect(terms).toHaveLength(20);
    expect(parseSearchTerms('🚀'.repeat(400))[0]).toHaveLength(300);
  });
});

it('folded text is as long as the normalised text', () => {
  for (const text of ['İstanbul', 'STRASSE ẞ', 'a\n\tb', 'Ǆ ﬁ Σ', '🚀\u0000x'])
    expect(foldText(text)).toHaveLength(normaliseText(text).length);
});

describe('an excerpt', () => {
  const excerpt = (text: string, ...terms: readonly string[]) => excerptOf(text, foldText(text), terms);

  it('marks all terms, and joins marks that overlap', () => {
    const { text, marks } = excerpt('Fix the Login: login fixed', 'fix', 'login', 'ogin f');
    expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['Fix', 'Login', 'login fix']);
  });

  it('begins with a whole word before the first mark', () => {
    const { text, marks } = excerpt(`${'long words before it '.repeat(20)}needle after`, 'needle');
    expect(text).toMatch(/^…\S+ .*needle after$/u);
    expect(text.indexOf('needle')).toBeLessThan(34);
    expect(marks).toEqual([{ start: text.indexOf('needle'), end: text.indexOf('needle') + 6 }]);
  });

  it('cuts no character in two', () => {
    const { text } = excerpt(`${'🚀'.repeat(50)}x${'🚀'.repeat(400)}`, 'x');
    expect(text).not.toMatch(/(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/u);
  });
});

describe('the text that is searched', () => {
  const textOf = (...parts: readonly MessagePart[]): string => searchableText({ parts });

  it('is sanitised, on one line', () => {
    expect(textOf(...textParts('\x1b[31mred\x1b[0m\n\n  lo\u202egin'))).toBe('red login');
  });

  it('has the title, the arguments, the changes and the output of a tool call', () => {
    const call = toolCall({
      title: 'Run the tests',
      input: { command: 'npm test', list: ['one'] },
      output: 'boom in login.ts',
      diffs: [{ path: 'src/a.ts', oldText: 'old', newText: 'fresh' }],
    });
    for (const words of ['Run the tests', 'npm test', 'one', 'boom in login.ts', 'src/a.ts', 'fresh'])
      expect(textOf(call)).toContain(words);
  });

  it('has the end of a long output, and the beginning of a long message', () => {
    const call = toolCall({ output: `first ${'x'.repeat(100_000)} last` });
    expect(textOf(call)).toContain('last');
    expect(textOf(call)).not.toContain('first');
    expect(textOf(...textParts(`start ${'word '.repeat(100_000)}`)).length).toBeLessThanOrEqual(200_000);
  });
});
