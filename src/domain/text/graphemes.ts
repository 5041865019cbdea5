import stringWidth from 'string-width';
import { isPlain } from './plain-width.ts';
import { clusterEnd, isSingleGrapheme, isWideSimple } from './simple-characters.ts';

/** One printable ASCII character is one grapheme of one column; much of what follows is about not asking further. */
const ASCII = /^[\x20-\x7e]*$/;

/** Only printable ASCII: length, columns and graphemes are the same number. */
export const isPlainAscii = (text: string): boolean => ASCII.test(text);

// Made at the first use: its data takes milliseconds to load, and a start that shows only plain text needs none of it.
let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader counts them: a family emoji, a flag, a letter with its marks are one each. */
export const graphemesOf = (text: string): string[] =>
  isPlain(text) ? text.split('') : Array.from(eachGrapheme(text));

/** The same one after the other: of a long text nothing is looked at behind the last one that is asked for. */
export function* eachGrapheme(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    if (isSingleGrapheme(text, at)) {
      yield text[at] ?? '';
      at++;
      continue;
    }
    const end = clusterEnd(text, at);
    if (end === at + 1) yield text[at] ?? '';
    else {
      segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
      for (const { segment } of segmenter.segment(text.slice(at, end))) yield segment;
    }
    at = end;
  }
}

const MAX_CACHED_WIDTHS = 2_000;
const cachedWidths = new Map<string, number>();

/** Columns that one grapheme takes on a terminal: 0, 1 or 2, seldom more. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1) {
    const code = grapheme.charCodeAt(0);
    if (code >= 0x20 && code < 0x7f) return 1;
    if (isWideSimple(code)) return 2;
  }
  const width = cachedWidths.get(grapheme);
  if (width !== undefined) return width;
  const measured = stringWidth(grapheme);
  if (cachedWidths.size >= MAX_CACHED_WIDTHS) cachedWidths.clear();
  cachedWidths.set(grapheme, measured);
  return measured;
}
