import { expect, test } from 'vitest';
import { parseRow } from '../../src/terminal/cells.ts';
import { PLAIN } from '../../src/terminal/styles.ts';
import { random } from '../support/random.ts';
import { bundled, stock } from './bundled.ts';

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

const TRANSFORMS: readonly Transform[] = [
  (line) => `\x1b[36m${line}\x1b[39m`,
  (line, index) => (index === 0 ? line : `\x1b[4m${line}\x1b[24m`),
  (line) => `> ${line}`,
];

test('rows look like the ones that Ink composes', async () => {
  const Stock = (await stock(FILE)).default as OutputClass;
  const Rows = (await bundled(FILE, 'ink-rows.mjs', 'inkRows')).default as OutputClass;
  for (let seed = 0; seed < FRAMES; seed++) {
    expect(picture(Rows, seed), `seed ${seed}`).toEqual(picture(Stock, seed));
  }
});

/** The cells of a frame that a generator makes up. */
function picture(Output: OutputClass, seed: number): string[] {
  const next = random(seed);
  const some = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  const output = new Output({ width: WIDTH, height: HEIGHT });
  let depth = 0;
  for (let count = 1 + next(12); count > 0; count--) {
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
