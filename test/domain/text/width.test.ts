import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import wrapAnsi from 'wrap-ansi';
import { ageOf, shortDuration } from '../../../src/domain/text/age.ts';
import {
  displayWidth,
  padEnd,
  padOrTruncate,
  sliceColumns,
  truncate,
} from '../../../src/domain/text/width.ts';
import { wrap } from '../../../src/domain/text/wrap.ts';
import { parseRow } from '../../../src/terminal/cells.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { NOON } from '../builders.ts';

const family = '👨‍👩‍👧‍👦';

describe('width', () => {
  it.each([
    ['', 0],
    ['hello', 5],
    ['日本', 4],
    [family, 2],
    ['e\u0301', 1],
    ['🇩🇪', 2],
    ['\x1b[31mred\x1b[0m', 3],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  it.each([
    ['hello world', 5, 'hell…'],
    ['hello', 5, 'hello'],
    ['hello', 1, '…'],
    ['hello', 0, ''],
    ['hello', -3, ''],
    ['日本語', 4, '日…'],
    ['日本語', 5, '日本…'],
    [`${family}${family}`, 3, `${family}…`],
  ])('truncates %j to %i: %j', (text, columns, cut) => {
    expect(truncate(text, columns)).toBe(cut);
  });

  it('truncates plain styled text to the same cells as cli-truncate', () => {
    const pieces = [
      'a',
      'bc',
      ' ',
      '·',
      '“',
      '…',
      'é',
      '\x1b[4m',
      '\x1b[2;31m',
      '\x1b[22m',
      '\x1b[39m',
      '\x1b[0m',
    ];
    for (let seed = 0; seed < 2_000; seed++) {
      const next = seededRandom(seed);
      const text = `${Array.from({ length: 2 + next(10) }, () => pieces[next(pieces.length)]).join('')}\x1b[0m`;
      const columns = 1 + next(12);
      const cut = truncate(text, columns);
      expect(displayWidth(cut)).toBe(Math.min(columns, displayWidth(text)));
      expect(parseRow(cut, columns), JSON.stringify([text, columns])).toEqual(
        parseRow(cliTruncate(text, columns), columns),
      );
    }
  });

  it('can truncate the start or the middle', () => {
    expect(truncate('/home/ada/src/app.ts', 10, 'start')).toBe('…rc/app.ts');
    expect(displayWidth(truncate('/home/ada/src/app.ts', 10, 'middle'))).toBe(10);
  });

  it('pads or truncates to exactly the given columns', () => {
    expect(padEnd('日', 4)).toBe('日  ');
    expect(padEnd('long', 2)).toBe('long');
    expect(padOrTruncate('日本語', 4)).toBe('日… ');
    expect(padOrTruncate('a', 3)).toBe('a  ');
  });

  it.each([
    ['hello', 1, 3, 'el'],
    ['hello', 3, 99, 'lo'],
    ['日本語', 2, 4, '本'],
    ['日本語', 1, 5, ' 本 '],
    ['日本語', 1, 2, ' '],
    ['a日b', 0, 2, 'a '],
    ['e\u0301e\u0301', 1, 2, 'e\u0301'],
    ['日', 5, 9, ''],
  ])('the columns of %j from %i to %i are %j', (text, start, end, part) => {
    expect(sliceColumns(text, start, end)).toBe(part);
  });
});

describe('wrap', () => {
  it.each([
    ['hello big world', 8, ['hello', 'big', 'world']],
    ['hello big world', 9, ['hello big', 'world']],
    ['', 5, ['']],
    ['a\n\nb', 5, ['a', '', 'b']],
    ['    ', 2, ['']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['  indented code here', 10, ['  indented', '  code', '  here']],
    ['日本語テキスト', 6, ['日本語', 'テキス', 'ト']],
    ['日本', 1, ['日', '本']],
    [`ab ${family} cd`, 4, ['ab', `${family}`, 'cd']],
    [`ab ${family} cd`, 5, [`ab ${family}`, 'cd']],
  ])('%j at %i', (text, columns, rows) => {
    expect(wrap(text, columns)).toEqual(rows);
  });

  it('breaks ASCII where wrap-ansi breaks it', () => {
    const next = seededRandom(11);
    for (let round = 0; round < 3_000; round++) {
      let text = 'x';
      for (let n = next(60); n > 0; n--) text += next(4) === 0 ? ' ' : 'abc'[next(3)];
      text = `${text}y`;
      const columns = 1 + next(12);
      expect(wrap(text, columns), `${JSON.stringify(text)} at ${columns}`).toEqual(
        wrapAnsi(text, columns, { hard: true }).split('\n'),
      );
    }
  });

  it('keeps every row within the width and loses no word', () => {
    const next = seededRandom(5);
    const pieces = ['a', 'bc', ' ', ' ', '日', '本語', family, 'e\u0301', '\n', '🇩🇪', '  '];
    for (let round = 0; round < 500; round++) {
      let text = '';
      for (let n = next(30); n > 0; n--) text += pieces[next(pieces.length)];
      const columns = 2 + next(10);
      const rows = wrap(text, columns);
      for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
      expect(rows.join('').replaceAll(' ', '').normalize()).toBe(text.replace(/[ \n]/g, '').normalize());
    }
  });
});

describe('age', () => {
  const minute = 60_000;
  it.each([
    [0, '<1m'],
    [59_999, '<1m'],
    [-5_000, '<1m'],
    [minute, '1m'],
    [59 * minute, '59m'],
    [60 * minute, '1h'],
    [47 * 60 * minute, '1d'],
    [48 * 60 * minute, '2d'],
  ])('%i ms is %s', (passed, word) => {
    expect(ageOf(NOON, NOON + passed)).toBe(word);
  });

  it('shows seconds below a minute', () => {
    expect(shortDuration(45_900)).toBe('45s');
    expect(shortDuration(-1)).toBe('0s');
    expect(shortDuration(61_000)).toBe('1m');
  });
});
