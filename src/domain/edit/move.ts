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

/** To the start of this or the previous word, as in readline. */
export const wordLeft = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, wordStart(buffer.text, buffer.cursor, isWordCharacter));

/** To the end of this or the next word, as in readline. */
export const wordRight = (buffer: EditBuffer): EditBuffer =>
  withCursor(buffer, wordEnd(buffer.text, buffer.cursor));

/** Letters, digits, their marks and the underscore: readline's words, extended to all scripts. */
export const isWordCharacter = (grapheme: string): boolean => /^[\p{L}\p{N}\p{M}_]/u.test(grapheme);

export const isNonBlank = (grapheme: string): boolean => !/^\s/u.test(grapheme);

/** The start of the word that ends at or before `offset`. */
export function wordStart(text: string, offset: number, isPartOfWord: (grapheme: string) => boolean): number {
  let inside = false;
  let position = offset;
  while (position > 0) {
    const before = previousGrapheme(text, position);
    const word = isPartOfWord(text.slice(before, position));
    if (inside && !word) break;
    inside ||= word;
    position = before;
  }
  return position;
}

/** The end of the word that starts at or after `offset`. */
export function wordEnd(text: string, offset: number): number {
  let inside = false;
  let position = offset;
  while (position < text.length) {
    const after = nextGrapheme(text, position);
    const word = isWordCharacter(text.slice(position, after));
    if (inside && !word) break;
    inside ||= word;
    position = after;
  }
  return position;
}
