import { isPlainAscii } from '../text/graphemes.ts';

let segmenter: Intl.Segmenter | undefined;

/** Cached per line and not per key: segmenting a long line is slow. */
let lastLine = '';
let lastSegments: Intl.Segments | undefined;

function segmentsOfLine(line: string): Intl.Segments {
  if (lastSegments === undefined || line !== lastLine) {
    segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    lastLine = line;
    lastSegments = segmenter.segment(line);
  }
  return lastSegments;
}

/** The start of the line at `offset`. */
export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

/** The end of the line at `offset`: its line break or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** `offset`, or the start of the grapheme that it falls into. Clamps offsets outside the text. */
export function graphemeStart(text: string, offset: number): number {
  if (!(offset > 0)) return 0;
  if (offset >= text.length) return text.length;
  const start = lineStart(text, offset);
  const line = text.slice(start, lineEnd(text, offset));
  if (offset === start || offset === start + line.length || isPlainAscii(line)) return offset;
  return start + (segmentsOfLine(line).containing(offset - start)?.index ?? offset - start);
}

/** The offset after the grapheme that begins at `offset`; a line break is one. */
export function nextGrapheme(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  const start = lineStart(text, offset);
  const line = text.slice(start, lineEnd(text, offset));
  if (offset === start + line.length || isPlainAscii(line)) return offset + 1;
  const found = segmentsOfLine(line).containing(offset - start);
  return found === undefined ? offset + 1 : start + found.index + found.segment.length;
}

/** The offset where the grapheme before `offset` begins; a line break is one. */
export const previousGrapheme = (text: string, offset: number): number =>
  offset <= 0 ? 0 : graphemeStart(text, offset - 1);
