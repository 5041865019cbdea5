import { lineEnd, lineStart, nextGrapheme, previousGrapheme } from './boundaries.ts';
import { type EditBuffer, replaceRange } from './buffer.ts';
import { isNonBlank, isWordCharacter, wordEnd, wordStart } from './move.ts';

const eraseRange = (buffer: EditBuffer, from: number, to: number): EditBuffer =>
  from === to ? buffer : replaceRange(buffer, from, to, '');

/** Deletes the grapheme before the cursor; at the start of a line, its line break. */
export const backspace = (buffer: EditBuffer): EditBuffer =>
  eraseRange(buffer, previousGrapheme(buffer.text, buffer.cursor), buffer.cursor);

/** Deletes the grapheme at the cursor. */
export const deleteForward = (buffer: EditBuffer): EditBuffer =>
  eraseRange(buffer, buffer.cursor, nextGrapheme(buffer.text, buffer.cursor));

/** `ctrl+u`: deletes to the start of the line; there, the line break before it. */
export function killToStart(buffer: EditBuffer): EditBuffer {
  const start = lineStart(buffer.text, buffer.cursor);
  return start === buffer.cursor ? backspace(buffer) : eraseRange(buffer, start, buffer.cursor);
}

/** `ctrl+k`: deletes to the end of the line; there, its line break. */
export function killToEnd(buffer: EditBuffer): EditBuffer {
  const end = lineEnd(buffer.text, buffer.cursor);
  return end === buffer.cursor ? deleteForward(buffer) : eraseRange(buffer, buffer.cursor, end);
}

/** `ctrl+w`: deletes back to the last blank. */
export const killToBlank = (buffer: EditBuffer): EditBuffer =>
  eraseRange(buffer, wordStart(buffer.text, buffer.cursor, isNonBlank), buffer.cursor);

/** `alt+backspace`: deletes back to the start of a word of letters. */
export const killWordLeft = (buffer: EditBuffer): EditBuffer =>
  eraseRange(buffer, wordStart(buffer.text, buffer.cursor, isWordCharacter), buffer.cursor);

/** `alt+d`: deletes to the end of a word of letters. */
export const killWordRight = (buffer: EditBuffer): EditBuffer =>
  eraseRange(buffer, buffer.cursor, wordEnd(buffer.text, buffer.cursor));
