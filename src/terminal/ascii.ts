import { graphemesOf, graphemeWidth } from '../domain/text/graphemes.ts';

/**
 * How much is written in ASCII: `signs` are those that taskdeck itself draws, while what others wrote stays as it is; `all` is for
 * terminals that show nothing else. Null for neither.
 */
export type AsciiMode = 'signs' | 'all' | null;

/** Signs that taskdeck draws or that texts often have, and what each becomes: as wide as it was. */
const SIGNS: Readonly<Record<string, string>> = {
  '●': '*',
  '○': 'o',
  '◐': '@',
  '✔': 'v',
  '✓': 'v',
  '✖': 'X',
  '✗': 'x',
  '✕': 'x',
  '‖': '=',
  '•': '*',
  '■': '#',
  '❯': '>',
  '⏎': '^',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '↳': '>',
  '…': '.',
  '·': '-',
  '–': '-',
  '—': '-',
  '‹': '<',
  '›': '>',
  '«': '<',
  '»': '>',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '\u00a0': ' ',
};
const BLOCKS = '▁▂▃▄▅▆▇█';
const LEVELS = '._-=+*#@';
const THIN_LINES = '─┄┈╌╴╶';
const THICK_LINES = '━┅┉╍═╸╺╼╾';
const VERTICAL_LINES = '│┃┆┇┊┋╎╏║╵╷╹╻╽╿';

/** Frames and blocks become a similar sign, also in text of others; anything else only where the table has it. */
function signInAscii(sign: string): string | undefined {
  const known = SIGNS[sign];
  if (known !== undefined) return known;
  const level = BLOCKS.indexOf(sign);
  if (level !== -1) return LEVELS[level];
  if (THIN_LINES.includes(sign)) return '-';
  if (THICK_LINES.includes(sign)) return '=';
  if (VERTICAL_LINES.includes(sign)) return '|';
  if (/^[\u2500-\u257f]$/u.test(sign)) return '+';
  if (sign === '▌') return '>';
  return /^[\u2580-\u259f]$/u.test(sign) ? '#' : undefined;
}

/** Letters that lose nothing but an accent are not here: Unicode takes those apart by itself. */
const LETTERS: Readonly<Record<string, string>> = lettersFrom(
  ['ßæøđðłþœıħŋµ×÷°±§©®€£¥', 'saoddltoihnux/o~ScrELY'],
  ['ÆØĐÐŁÞŒĦŊẞ', 'AODDLTOHNS'],
  ['абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ', "abvgdezzijklmnoprstufhccss'y'euaiieg"],
  ['АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐ', "ABVGDEZZIJKLMNOPRSTUFHCCSS'Y'EUAIIEG"],
  ['αβγδεζηθικλμνξοπρσςτυφχψω', 'abgdezitiklmnxoprsstyfxpo'],
  ['ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ', 'ABGDEZITIKLMNXOPRSTYFXPO'],
);

function lettersFrom(...pairs: readonly (readonly [from: string, to: string])[]): Record<string, string> {
  const letters: Record<string, string> = {};
  for (const [from, to] of pairs)
    for (const [index, letter] of [...from].entries()) letters[letter] = to[index] ?? '';
  return letters;
}

const NON_ASCII = /[^\x00-\x7f]+/gu;
const IS_ASCII = /^[\x00-\x7f]*$/u;

const replaceNonAscii = (line: string, change: (grapheme: string) => string): string =>
  IS_ASCII.test(line) ? line : line.replace(NON_ASCII, (run) => graphemesOf(run).map(change).join(''));

/** A line with every cell in its place and all signs of ours in ASCII; letters and pictures stay as they are. */
export const signsToAscii = (line: string): string =>
  replaceNonAscii(line, (grapheme) => signInAscii(grapheme) ?? grapheme);

/**
 * A line with nothing but ASCII in it, every cell of it in its place: signs become like ones, letters the nearest one of
 * the Latin alphabet, and what has no likeness question marks.
 */
export const toAscii = (line: string): string => replaceNonAscii(line, graphemeToAscii);

function graphemeToAscii(grapheme: string): string {
  const sign = signInAscii(grapheme);
  if (sign !== undefined) return sign;
  const width = graphemeWidth(grapheme);
  const [plain = ''] = grapheme.normalize('NFKD');
  const letter = IS_ASCII.test(plain) ? plain : (LETTERS[grapheme] ?? LETTERS[plain] ?? '');
  return width === 1 && letter >= ' ' ? letter : '?'.repeat(width);
}

/** What is done to a line before it is written. */
export function asciiFilter(mode: AsciiMode): (line: string) => string {
  switch (mode) {
    case 'signs':
      return signsToAscii;
    case 'all':
      return toAscii;
    case null:
      return (line) => line;
  }
}
