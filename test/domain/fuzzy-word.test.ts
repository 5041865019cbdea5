import { describe, expect, it } from 'vitest';
import { foldCase, fuzzyWord } from '../../src/domain/fuzzy-word.ts';

/** The matched letters in capitals; null without a match. */
const marked = (letters: string, text: string): string | null => {
  const found = fuzzyWord(letters, text);
  return (
    found && [...text].map((letter, at) => (found.includes(at) ? letter.toUpperCase() : letter)).join('')
  );
};

describe('a word with letters left out', () => {
  it.each([
    ['flr', 'fix login redirect', 'Fix Login Redirect'],
    ['filog', 'fix login redirect', 'FIx LOGin redirect'],
    ['lgn', 'fix login redirect', 'fix LoGiN redirect'],
    ['fixred', 'fix-login_redirect', 'FIX-login_REDirect'],
    ['修登录', '修复登录重定向', '修复登录重定向'],
  ])('%s finds %s', (letters, text, expected) => {
    expect(marked(letters, text)).toBe(expected);
  });

  it('finds the words of a name in camel case', () => {
    expect(fuzzyWord('ulf', 'useLoginForm')).toEqual([0, 3, 8]);
    expect(fuzzyWord('lfu', 'useLoginForm')).toBeNull();
    expect(fuzzyWord('form', 'useloginform')).toBeNull();
  });

  it('goes back where the first way leads nowhere', () => {
    expect(fuzzyWord('abac', 'ab a abac')).toEqual([0, 1, 5, 8]);
    expect(fuzzyWord('toto', 'to the toto tomato')).toEqual([0, 1, 7, 8]);
  });

  it.each([
    ['dct', 'fix login redirect', 'the first letter begins no word'],
    ['fx', 'fix login redirect', 'there are fewer than three letters'],
    ['frl', 'fix login redirect', 'the words are in another order'],
    ['fit', 'fix login redirect', 'a later letter is inside of a later word'],
    ['fix!', 'fix login redirect', 'a sign is missing'],
  ])('%s does not find “%s”: %s', (letters, text) => {
    expect(fuzzyWord(letters, text)).toBeNull();
  });

  it('ends soon for texts with very many ways', () => {
    const text = 'a'.repeat(40).split('').join('a ').repeat(20);
    expect(fuzzyWord(`${'a'.repeat(30)}b`, text)).toBeNull();
    expect(fuzzyWord(`${'a'.repeat(30)}b`, `${text}b`)).toBeNull();
  });
});

it('folds case without moving a letter', () => {
  expect(foldCase('FIX İt')).toBe('fix İt');
  expect(foldCase('Ärger')).toBe('ärger');
});
