import { at, type EditBuffer } from './buffer.ts';
import { lineEnd, lineStart, nextGrapheme, previousGrapheme } from './graphemes.ts';

export const left = (buffer: EditBuffer): EditBuffer =>
  at(buffer, previousGrapheme(buffer.text, buffer.cursor));

export const right = (buffer: EditBuffer): EditBuffer => at(buffer, nextGrapheme(buffer.text, buffer.cursor));

/** To the start of the line, not of the wrapped row. */
export const home = (buffer: EditBuffer): EditBuffer => at(buffer, lineStart(buffer.text, buffer.cursor));

/** To the end of the line, not of the wrapped row. */
export const end = (buffer: EditBuffer): EditBuffer => at(buffer, lineEnd(buffer.text, buffer.cursor));

export const toStart = (buffer: EditBuffer): EditBuffer => at(buffer, 0);

export const toEnd = (buffer: EditBuffer): EditBuffer => at(buffer, buffer.text.length);

/** To the start of this or the previous word, as readline does it. */
export const wordLeft = (buffer: EditBuffer): EditBuffer =>
  at(buffer, wordStart(buffer.text, buffer.cursor, isWord));

/** To the end of this or the next word, as readline does it. */
export const wordRight = (buffer: EditBuffer): EditBuffer => at(buffer, wordEnd(buffer.text, buffer.cursor));

/** Letters, digits, their marks and the underscore: what readline takes for a word, in every script. */
export const isWord = (grapheme: string): boolean => /^[\p{L}\p{N}\p{M}_]/u.test(grapheme);

/** Anything but blanks: the words of a shell command. */
export const isInk = (grapheme: string): boolean => !/^\s/u.test(grapheme);

/** The offset where the word that ends at or before `offset` begins; `belongs` says what a word is made of. */
export function wordStart(text: string, offset: number, belongs: (grapheme: string) => boolean): number {
  let inside = false;
  let place = offset;
  while (place > 0) {
    const before = previousGrapheme(text, place);
    const word = belongs(text.slice(before, place));
    if (inside && !word) break;
    inside ||= word;
    place = before;
  }
  return place;
}

/** The offset where the word that begins at or after `offset` ends. */
export function wordEnd(text: string, offset: number): number {
  let inside = false;
  let place = offset;
  while (place < text.length) {
    const after = nextGrapheme(text, place);
    const word = isWord(text.slice(place, after));
    if (inside && !word) break;
    inside ||= word;
    place = after;
  }
  return place;
}
