import stringWidth from 'string-width';
import { isPlain } from './plain-width.ts';
import { clusterEnd, simpleGraphemeLength, simpleGraphemeWidth } from './simple-characters.ts';

const ASCII = /^[\x20-\x7e]*$/;

/** Only printable ASCII: the length equals the number of columns and of graphemes. */
export const isPlainAscii = (text: string): boolean => ASCII.test(text);

// Created on first use: loading its data takes milliseconds, and plain text does not need it.
let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader counts them: a family emoji, a flag, a letter with its marks are one each. */
export const graphemesOf = (text: string): string[] =>
  isPlain(text) ? text.split('') : Array.from(eachGrapheme(text));

/** The same lazily: nothing after the last requested grapheme is processed. */
export function* eachGrapheme(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const length = simpleGraphemeLength(text, at);
    if (length > 0) {
      yield text.slice(at, at + length);
      at += length;
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

/** The columns of one grapheme on a terminal: 0, 1 or 2, rarely more. */
export function graphemeWidth(grapheme: string): number {
  if (simpleGraphemeLength(grapheme, 0) === grapheme.length) return simpleGraphemeWidth(grapheme, 0);
  const width = cachedWidths.get(grapheme);
  if (width !== undefined) return width;
  const measured = stringWidth(grapheme);
  if (cachedWidths.size >= MAX_CACHED_WIDTHS) cachedWidths.clear();
  cachedWidths.set(grapheme, measured);
  return measured;
}
