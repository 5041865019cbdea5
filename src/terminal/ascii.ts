import { graphemesOf, graphemeWidth } from '../domain/text/graphemes.ts';

/** `signs`: replace the signs of taskdeck, but keep other text. `all`: for terminals with ASCII only. Null: no change. */
export type AsciiMode = 'signs' | 'all' | null;

/** Signs of taskdeck and common ones in texts, each with an ASCII sign of the same width. */
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
  '⚑': '^',
  '▸': '+',
  '▾': '-',
  '❯': '>',
  '⏎': '^',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '↳': '>',
  // Bullets of agents.
  '⎿': '`',
  '⏺': '*',
  '✻': '*',
  '✽': '*',
  '✢': '+',
  '✶': '*',
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

/** Box-drawing characters and blocks become a similar sign; anything else only if `SIGNS` has it. */
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

/** Without letters that only lose an accent: Unicode decomposes those. */
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

/** The line with taskdeck's signs in ASCII, at the same width; letters and emoji stay. */
export const signsToAscii = (line: string): string =>
  replaceNonAscii(line, (grapheme) => signInAscii(grapheme) ?? grapheme);

/** The line in ASCII at the same width: similar signs, the nearest Latin letters, else question marks. */
export const toAscii = (line: string): string => replaceNonAscii(line, graphemeToAscii);

function graphemeToAscii(grapheme: string): string {
  const sign = signInAscii(grapheme);
  if (sign !== undefined) return sign;
  const width = graphemeWidth(grapheme);
  const [plain = ''] = grapheme.normalize('NFKD');
  const letter = IS_ASCII.test(plain) ? plain : (LETTERS[grapheme] ?? LETTERS[plain] ?? '');
  return width === 1 && letter >= ' ' ? letter : '?'.repeat(width);
}

/** The filter for lines before they are written. */
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
