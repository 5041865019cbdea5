import stringWidth from 'string-width';
import { isPlain } from './plain.ts';

/** One printable ASCII character is one grapheme of one column; much of what follows is about not asking further. */
const ASCII = /^[\x20-\x7e]*$/;

/** Only printable ASCII: length, columns and graphemes are the same number. */
export const isPlainAscii = (text: string): boolean => ASCII.test(text);

// Made at the first use: its data takes milliseconds to load, and a start that shows only plain text needs none of it.
let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader counts them: a family emoji, a flag, a letter with its marks are one each. */
export function graphemesOf(text: string): string[] {
  if (isPlain(text)) return text.split('');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const MAX_KNOWN = 2_000;
const known = new Map<string, number>();

/** Columns that one grapheme takes on a terminal: 0, 1 or 2, seldom more. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1) {
    const code = grapheme.charCodeAt(0);
    if (code >= 0x20 && code < 0x7f) return 1;
  }
  const width = known.get(grapheme);
  if (width !== undefined) return width;
  const measured = stringWidth(grapheme);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(grapheme, measured);
  return measured;
}
