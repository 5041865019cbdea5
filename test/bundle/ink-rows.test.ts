import { expect, test } from 'vitest';
import { parseRow } from '../../src/terminal/cells.ts';
import { PLAIN } from '../../src/terminal/styles.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { originalModule, patchedModule } from './patched-module.ts';

interface Clip {
  readonly x1?: number | undefined;
  readonly x2?: number | undefined;
  readonly y1?: number | undefined;
  readonly y2?: number | undefined;
}
type Transform = (line: string, index: number) => string;
interface Output {
  write(x: number, y: number, text: string, options: { readonly transformers: readonly Transform[] }): void;
  clip(clip: Clip): void;
  unclip(): void;
  get(): { readonly output: string; readonly height: number };
  /** Only in the patched module. */
  rows?(x: number, y: number, lines: readonly string[], width: number): boolean;
}
type OutputClass = new (size: { readonly width: number; readonly height: number }) => Output;

const FILE = 'ink/build/output.js';
const WIDTH = 24;
const HEIGHT = 6;
const FRAMES = 2_000;

const PARTS = [
  'plain words',
  '│',
  '─────',
  '● ✔ ❯ …',
  '\x1b[31mred\x1b[39m',
  '\x1b[1mbold \x1b[2mdim\x1b[22m',
  '\x1b[7m inverse \x1b[27m',
  '\x1b[38;5;208morange\x1b[39m',
  '\x1b[44m  \x1b[49m',
  '\x1b[32mleft open',
  '漢字',
  'かな',
  '👩‍👩‍👧',
  '✔️',
  'e\u0301',
  '🇩🇪',
  '\u200b',
  '\x1b]8;;https://example.com\x07link\x1b]8;;\x07',
  ' ',
  '\n',
];

/** Checks that every row ends its styles. */
const ROW_PARTS = PARTS.filter((part) => part !== '\n' && !part.includes('left open'));

const TRANSFORMS: readonly Transform[] = [
  (line) => `\x1b[36m${line}\x1b[39m`,
  (line, index) => (index === 0 ? line : `\x1b[4m${line}\x1b[24m`),
  (line) => `> ${line}`,
];

test('rows look like those that Ink composes', async () => {
  const Stock = (await originalModule(FILE)).default as OutputClass;
  const Rows = (await patchedModule(FILE, 'ink-rows.mjs', 'inkRows')).default as OutputClass;
  for (let seed = 0; seed < FRAMES; seed++) {
    expect(picture(Rows, seed), `seed ${seed}`).toEqual(picture(Stock, seed));
  }
});

/** Adjacent panes, with few changed lines from frame to frame. */
test('lines with prepared rows look like the same text', async () => {
  const Stock = (await originalModule(FILE)).default as OutputClass;
  const Rows = (await patchedModule(FILE, 'ink-rows.mjs', 'inkRows')).default as OutputClass;
  let taken = 0;
  const place: Place = (output, x, y, lines, width) => {
    if (output.rows?.(x, y, lines, width) === true) taken++;
    else output.write(x, y, lines.join('\n'), { transformers: [] });
  };
  for (let seed = 0; seed < FRAMES; seed++) {
    expect(picture(Rows, seed, place), `seed ${seed}`).toEqual(picture(Stock, seed, place));
  }
  expect(taken).toBeGreaterThan(FRAMES / 2);
});

test('lines that are too wide or contain control characters are left to Ink', async () => {
  const Rows = (await patchedModule(FILE, 'ink-rows.mjs', 'inkRows')).default as OutputClass;
  const output = new Rows({ width: WIDTH, height: HEIGHT });
  for (const line of [
    'x'.repeat(11),
    '漢字漢字漢字',
    'a\x1b[2Jb',
    'a\x1b[5;5Hb',
    'a\rb',
    'a\x9b2Jb',
    'a\tb',
    'a\nb',
  ]) {
    expect(output.rows?.(0, 0, ['fits', line], 10), JSON.stringify(line)).toBe(false);
  }
  expect(output.rows?.(0, 0, ['fits', '', '漢字'], 10)).toBe(true);
});

type Place = (output: Output, x: number, y: number, lines: readonly string[], width: number) => void;

/** The cells of a random frame; `place` adds prepared lines to it. */
function picture(Output: OutputClass, seed: number, place?: Place): string[] {
  const next = seededRandom(place === undefined ? seed : seed >> 2);
  const some = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  const output = new Output({ width: WIDTH, height: HEIGHT });
  let depth = 0;
  if (place !== undefined) {
    const lines = Array.from({ length: 1 + next(HEIGHT) }, () => some(ROW_PARTS) + some(ROW_PARTS));
    // Four frames that differ in one line each.
    lines[seed % lines.length] = ROW_PARTS[seed % ROW_PARTS.length] ?? '';
    const half = WIDTH / 2;
    place(output, next(3), next(2), lines, half);
    place(output, half, next(2), lines.toReversed(), half);
  }
  for (let count = (place === undefined ? 1 : 0) + next(place === undefined ? 12 : 3); count > 0; count--) {
    const what = next(10);
    if (what === 0) {
      const bound = (most: number): number | undefined => (next(3) === 0 ? undefined : next(most));
      output.clip({ x1: bound(WIDTH), x2: bound(WIDTH), y1: bound(HEIGHT), y2: bound(HEIGHT) });
      depth++;
    } else if (what === 1 && depth > 0) {
      output.unclip();
      depth--;
    } else {
      const text = Array.from({ length: 1 + next(4) }, () => some(PARTS)).join('');
      const transformers = TRANSFORMS.filter(() => next(4) === 0);
      output.write(next(WIDTH + 4) - 2, next(HEIGHT + 2) - 1, text, { transformers });
    }
  }
  const { output: text, height } = output.get();
  const lines = text.split('\n');
  expect(lines).toHaveLength(height);
  return lines.map((line) => {
    const { texts, styles } = parseRow(line, WIDTH);
    const style = (x: number): string => (styles[x] === PLAIN ? '' : `{${styles[x]?.key}}`);
    return texts.map((cell, x) => cell + style(x)).join('');
  });
}
