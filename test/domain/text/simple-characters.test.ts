import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { graphemesOf } from '../../../src/domain/text/graphemes.ts';
import { knownWidth } from '../../../src/domain/text/plain-width.ts';
import { simpleGraphemeLength, simpleGraphemeWidth } from '../../../src/domain/text/simple-characters.ts';
import { displayWidth, truncate } from '../../../src/domain/text/width.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const segmentsOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** All code points that count as simple on their own. */
const simple: string[] = [];
for (let code = 0x20; code < 0x20000; code++) {
  if (code >= 0xd800 && code < 0xe000) continue;
  const text = String.fromCodePoint(code);
  if (simpleGraphemeLength(text, 0) === text.length) simple.push(text);
}

/** Characters that join, ligatures, flags, skin tones and the like, beside simple ones. */
const PIECES = [
  'a',
  'é',
  'Ж',
  'λ',
  '日',
  '本',
  'カ',
  'ー',
  '、',
  '한',
  'Ａ',
  '🚀',
  '✅',
  '👍',
  '👩',
  '\u{1f3fd}',
  '\u200d',
  '\ufe0f',
  '\u0301',
  '❤',
  '🇩',
  '🇪',
  '\u{1f321}',
  '\u{1d11e}',
  'ก',
  '\u0e33',
  ' ',
];

const randomText = (next: (limit: number) => number, pieces: readonly string[]): string =>
  Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)]).join('');

describe('characters that need no segmenter', () => {
  it('include European and East Asian text, and emoji of one code point', () => {
    for (const text of ['é', 'Ж', 'λ', '日', 'ー', '、', '。', '한', 'Ａ', '　', '🚀', '✅', '👍', '🟢'])
      expect(simple, text).toContain(text);
    for (const text of ['\u200d', '\ufe0f', '\u0301', '\u3099', '🇩', '\u{1f3fd}', '\u{1f321}', '\u0489'])
      expect(simple, text).not.toContain(text);
  });

  it('have the width that string-width measures', () => {
    const others = simple.filter((text) => simpleGraphemeWidth(text, 0) !== stringWidth(text));
    expect(others).toEqual([]);
  });

  it('are graphemes of their own beside each other', () => {
    const next = seededRandom(3);
    for (let round = 0; round < 5_000; round++) {
      const pair = [simple[next(simple.length)] ?? '', simple[next(simple.length)] ?? ''];
      expect(segmentsOf(pair.join(''))).toEqual(pair);
    }
  });
});

describe('text with and without joining characters', () => {
  it('has the graphemes that Intl.Segmenter finds', () => {
    const next = seededRandom(7);
    for (let round = 0; round < 20_000; round++) {
      const text = randomText(next, PIECES);
      expect(graphemesOf(text), JSON.stringify(text)).toEqual(segmentsOf(text));
    }
  });

  it('has the width that string-width measures', () => {
    const next = seededRandom(8);
    for (let round = 0; round < 5_000; round++) {
      const text = randomText(next, [...PIECES, '\x1b[31m', '\x1b[0m']);
      const known = knownWidth(text);
      if (known !== -1) expect(known, JSON.stringify(text)).toBe(stringWidth(text));
    }
  });

  it('fits after truncation, and keeps its styles', () => {
    const next = seededRandom(9);
    for (let round = 0; round < 5_000; round++) {
      const text = `${randomText(next, ['a', '日', '🚀', 'Ж', '\x1b[31m', '\x1b[2m'])}\x1b[0m`;
      const columns = 1 + next(9);
      const cut = truncate(text, columns);
      expect(displayWidth(cut), JSON.stringify([text, columns])).toBeLessThanOrEqual(columns);
      if (columns === 1) continue;
      expect(cut.match(/\x1b\[\d+m/g), JSON.stringify([text, columns])).toEqual(text.match(/\x1b\[\d+m/g));
      if (displayWidth(text) > columns) expect(displayWidth(cut)).toBeGreaterThanOrEqual(columns - 1);
    }
  });
});
