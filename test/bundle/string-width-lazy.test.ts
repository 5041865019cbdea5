import { expect, test } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { originalModule, patchedModule } from './patched-module.ts';

type StringWidth = (text: string, options?: { readonly ambiguousIsNarrow?: boolean }) => number;

const FILE = 'string-width/index.js';

/** First and last characters of ranges with special rules. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x2ff],
  [0x300, 0x36f],
  [0x900, 0x97f],
  [0x1100, 0x11ff],
  [0x2000, 0x2bff],
  [0x3000, 0x30ff],
  [0xfe00, 0xfe0f],
  [0xff00, 0xffef],
  [0x1f1e6, 0x1f1ff],
  [0x1f300, 0x1f6ff],
];
const SEQUENCES = ['\x1b[31m', '\x1b[0m', '\x1b[38;5;1m', '\x1b]8;;x\x07', '\u200d', '\ufe0f'];

const load = async (): Promise<readonly [StringWidth, StringWidth]> => [
  (await patchedModule(FILE, 'string-width-lazy.mjs', 'stringWidthLazy')).default as StringWidth,
  (await originalModule(FILE)).default as StringWidth,
];

test('every single character has the width of string-width', async () => {
  const [patchFile, theirs] = await load();
  for (let code = 0; code < 0x3000; code++) {
    const text = String.fromCharCode(code);
    expect(patchFile(text), code.toString(16)).toBe(theirs(text));
    expect(patchFile(`a${text}\ufe0f`), code.toString(16)).toBe(theirs(`a${text}\ufe0f`));
  }
});

test('random text has the width of string-width', async () => {
  const [patchFile, theirs] = await load();
  for (let seed = 0; seed < 3_000; seed++) {
    const next = seededRandom(seed);
    const piece = (): string => {
      if (next(6) === 0) return SEQUENCES[next(SEQUENCES.length)] ?? '';
      const [first, last] = RANGES[next(RANGES.length)] ?? [0, 1];
      return String.fromCodePoint(first + next(last - first + 1));
    };
    const text = Array.from({ length: 1 + next(8) }, piece).join('');
    expect(patchFile(text), JSON.stringify(text)).toBe(theirs(text));
    const options = { ambiguousIsNarrow: false };
    expect(patchFile(text, options), JSON.stringify(text)).toBe(theirs(text, options));
  }
});
