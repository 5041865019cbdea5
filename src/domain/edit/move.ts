import { lineEnd, lineStart, nextGrapheme, previousGrapheme } from './boundaries.ts';
import { type EditBuffer, withCursor } from './buffer.ts';

export const left = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, previousGrapheme(buffer.text, buffer.cursor));

export const right = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, nextGrapheme(buffer.text, buffer.cursor));

/** To the start of the line, not of the wrapped row. */
export const home = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, lineStart(buffer.text, buffer.cursor));

/** To the end of the line, not of the wrapped row. */
export const end = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, lineEnd(buffer.text, buffer.cursor));

export const toStart = (buffer: EditBuffer): EditBuffer => withCursor(buffer, 0);

export const toEnd = (buffer: EditBuffer): EditBuffer => withCursor(buffer, buffer.text.length);

/** To the start of this or the previous word, as readline does it. */
export const wordLeft = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, wordStart(buffer.text, buffer.cursor, isWordCharacter));

/** To the end of this or the next word, as readline does it. */
export const wordRight = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, wordEnd(buffer.text, buffer.cursor));

/** Letters, digits, their marks and the underscore: what readline takes for a word, in every script. */
export const isWordCharacter = (grapheme: string): boolean => /^[\p{L}\p{N}\p{M}_]/u.test(grapheme);

/** Anything but blanks: the words of a shell command. */
export const isNonBlank = (grapheme: string): boolean => !/^\s/u.test(grapheme);

/** The offset where the word that ends at or before `offset` begins; `belongs` says what a word is made of. */
export function wordStart(text: string, offset: number, isPartOfWord: (grapheme: string) => boolean): number {
  let inside = false;
  let place = offset;
  while (place > 0) {
    const before = previousGrapheme(text, place);
    const word = isPartOfWord(text.slice(before, place));
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
    const word = isWordCharacter(text.slice(place, after));
    if (inside && !word) break;
    inside ||= word;
    place = after;
  }
  return place;
}
