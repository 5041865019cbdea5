import { graphemesOf, graphemeWidth } from '../domain/text/graphemes.ts';

/** What our own signs become; each as wide as it was. */
const SIGNS: Readonly<Record<string, string>> = {
  '─': '-',
  '━': '=',
  '│': '|',
  '┃': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '├': '+',
  '┤': '+',
  '┬': '+',
  '┴': '+',
  '┼': '+',
  '●': '*',
  '○': 'o',
  '◐': '@',
  '✔': 'v',
  '✖': 'X',
  '✕': 'x',
  '‖': '"',
  '•': '*',
  '▌': '>',
  '■': '#',
  '❯': '>',
  '⏎': '^',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '…': '.',
  '·': '-',
  '–': '-',
  '—': '-',
  '‹': '<',
  '›': '>',
  '“': '"',
  '”': '"',
  '„': '"',
  '‘': "'",
  '’': "'",
  '\u00a0': ' ',
};
const BLOCKS = '▁▂▃▄▅▆▇█';
const LEVELS = '._-=+*#@';

const BEYOND = /[^\x00-\x7f]+/gu;
const IS_ASCII = /^[\x00-\x7f]*$/u;

/** A line with nothing but ASCII in it, every cell of it in its place: signs become like ones, letters lose their accents. */
export function inAscii(line: string): string {
  if (IS_ASCII.test(line)) return line;
  return line.replace(BEYOND, (run) => graphemesOf(run).map(asAscii).join(''));
}

function asAscii(grapheme: string): string {
  const sign = SIGNS[grapheme];
  if (sign !== undefined) return sign;
  const level = BLOCKS.indexOf(grapheme);
  if (level !== -1) return LEVELS[level] ?? '#';
  const [plain = ''] = grapheme.normalize('NFKD');
  const width = graphemeWidth(grapheme);
  return width === 1 && IS_ASCII.test(plain) && plain >= ' ' ? plain : '?'.repeat(width);
}
