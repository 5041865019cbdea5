import type { TerminalEmulator } from '../support/emulator.ts';

export type Scheme = 'dark' | 'light' | 'both';

/** The terminal colours that taskdeck uses. */
interface Palette {
  readonly back: string;
  readonly front: string;
  readonly colors: Readonly<Record<number, string>>;
}

const DARK: Palette = {
  back: '#16181d',
  front: '#d4d7dd',
  colors: { 1: '#f0727a', 2: '#8ec873', 3: '#e2b455', 4: '#6ea8f0', 5: '#c792ea', 6: '#56c0cc' },
};
const LIGHT: Palette = {
  back: '#ffffff',
  front: '#24292f',
  colors: {
    1: '#c2252f',
    2: '#2b7a2f',
    3: '#8a6100',
    4: '#1557c0',
    5: '#8a3ab9',
    6: '#0b7285',
    130: '#af5f00',
  },
};

/** Size of a cell, px. A monospace letter is about 0.6 em wide. */
const WIDTH = 8.4;
const HEIGHT = 18;
const FONT = 14;
const BASELINE = 13.5;
const MARGIN = 12;

/** Adjacent cells of the same style. */
interface Run {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
  readonly style: readonly string[];
}

/** A screen as SVG with any monospace font, in one colour scheme or in the reader's. */
export function svgOf(screen: TerminalEmulator, title: string, scheme: Scheme): string {
  const { cols, rowCount: rows } = screen;
  const [width, height] = [cols * WIDTH + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN].map(Math.ceil);
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (const run of runsOf(screen, row)) texts.push(...drawn(run, row));
  }
  const { x, y, visible } = screen.cursor();
  if (visible)
    texts.push(`<rect class="c" x="${px(x * WIDTH)}" y="${y * HEIGHT}" width="2" height="${HEIGHT}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${styles(scheme)}</style>`,
    `<rect class="b" width="${width}" height="${height}" rx="8"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function styles(scheme: Scheme): string {
  const common = [
    `text{font:${FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}`,
    '.o{font-weight:700}.i{font-style:italic}.u{text-decoration:underline}.s{text-decoration:line-through}.d{opacity:.6}',
  ];
  const dark = paletteStyles(DARK);
  const light = paletteStyles(LIGHT);
  if (scheme !== 'both') return [...common, scheme === 'dark' ? dark : light].join('');
  return [...common, dark, `@media (prefers-color-scheme:light){${light}}`].join('');
}

const paletteStyles = ({ back, front, colors }: Palette): string =>
  [
    `.b{fill:${back}}text,.c,.r{fill:${front}}text.v{fill:${back}}`,
    `.l{fill:none;stroke:${front}}`,
    ...Object.entries(colors).map(([color, value]) => `.f${color}{fill:${value}}.l${color}{stroke:${value}}`),
  ].join('');

function runsOf(screen: TerminalEmulator, row: number): readonly Run[] {
  const runs: Run[] = [];
  let open: { column: number; columns: number; text: string; style: readonly string[]; key: string } | null =
    null;
  for (let column = 0; column < screen.cols; column++) {
    const { text, width, style } = screen.cell(column, row);
    if (width === 0) {
      if (open !== null) open.columns++;
      continue;
    }
    // Wide characters, and signs whose width differs between fonts, get their own text element.
    const isPlain = width === 1 && (/^[\x20-\x7e]$/u.test(text) || text === '━');
    const isLine = STROKES.has(text);
    const key = `${style.join(' ')}${isPlain ? '' : isLine ? ' line' : ` ${column}`}`;
    if (open === null || open.key !== key) {
      if (open !== null) runs.push(open);
      open = { column, columns: 0, text: '', style, key };
    }
    open.columns++;
    open.text += text;
  }
  if (open !== null) runs.push(open);
  return runs;
}

const CLASSES: Readonly<Record<string, string>> = {
  bold: 'o',
  dim: 'd',
  italic: 'i',
  underline: 'u',
  strikethrough: 's',
};

function drawn({ column, columns, text, style }: Run, row: number): readonly string[] {
  const isInverse = style.includes('inverse');
  const color = style.find((each) => each.startsWith('fg:'))?.slice(3);
  const back = isInverse
    ? [
        `<rect class="${color === undefined ? 'r' : `f${color}`}" x="${px(column * WIDTH)}" y="${row * HEIGHT}" width="${px(columns * WIDTH + 0.4)}" height="${HEIGHT}"/>`,
      ]
    : [];
  const classes = [
    ...style.flatMap((each) => CLASSES[each] ?? []),
    ...(isInverse ? ['v'] : color === undefined ? [] : [`f${color}`]),
  ].join(' ');
  const attributes = classes === '' ? '' : ` class="${classes}"`;
  if (STROKES.has(text.charAt(0))) return [...back, lineOf(text, column, row, style, color)];
  return [...back, ...wordsOf(text, columns).map((word) => textOf(word, column, row, attributes))];
}

/** The texts between two or more spaces, with their columns. Viewers treat repeated spaces differently. */
function wordsOf(text: string, columns: number): readonly Word[] {
  if (text.length !== columns) return text.trim() === '' ? [] : [{ at: 0, text, columns }];
  return [...text.matchAll(/\S+(?: \S+)*/gu)].map((found) => ({
    at: found.index,
    text: found[0],
    columns: found[0].length,
  }));
}

/** Box-drawing characters as lines from the middle of the cell: left, right, top, bottom. */
const STROKES: ReadonlyMap<string, string> = new Map([
  ['─', 'lr'],
  ['│', 'tb'],
  ['┌', 'rb'],
  ['┐', 'lb'],
  ['└', 'rt'],
  ['┘', 'lt'],
]);

/** Drawn as lines, because box-drawing characters leave gaps in many fonts. */
function lineOf(text: string, column: number, row: number, style: readonly string[], color?: string): string {
  const path: string[] = [];
  let from: number | null = null;
  const flat = (to: number): void => {
    if (from !== null && to > from) path.push(`M${px(from)} ${px((row + 0.5) * HEIGHT)}H${px(to)}`);
    from = null;
  };
  [...text].forEach((sign, index) => {
    const ends = STROKES.get(sign) ?? '';
    const left = (column + index) * WIDTH;
    const middle = left + WIDTH / 2;
    if (ends.includes('l')) from ??= left;
    else flat(left);
    if (ends.includes('t') || ends.includes('b')) {
      const top = (row + (ends.includes('t') ? 0 : 0.5)) * HEIGHT;
      path.push(`M${px(middle)} ${px(top)}V${px((row + (ends.includes('b') ? 1 : 0.5)) * HEIGHT)}`);
    }
    if (!ends.includes('r')) flat(middle);
    else from ??= middle;
  });
  flat((column + text.length) * WIDTH);
  const classes = [
    'l',
    ...(color === undefined ? [] : [`l${color}`]),
    ...(style.includes('dim') ? ['d'] : []),
  ];
  return `<path class="${classes.join(' ')}" d="${path.join('')}"/>`;
}

interface Word {
  readonly at: number;
  readonly text: string;
  readonly columns: number;
}

function textOf({ at, text, columns }: Word, column: number, row: number, attributes: string): string {
  // textLength keeps the columns with fonts of another width.
  const fit = columns > 1 ? ` textLength="${px(columns * WIDTH)}"` : '';
  return `<text${attributes} x="${px((column + at) * WIDTH)}" y="${px(row * HEIGHT + BASELINE)}"${fit}>${escaped(text)}</text>`;
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
