import { type EditBuffer, replace } from './buffer.ts';
import { lineEnd, lineStart, nextGrapheme, previousGrapheme } from './graphemes.ts';
import { isInk, isWord, wordEnd, wordStart } from './move.ts';

const erase = (buffer: EditBuffer, from: number, to: number): EditBuffer =>
  from === to ? buffer : replace(buffer, from, to, '');

/** Takes the character before the cursor, a whole one; at the start of a line, its line break. */
export const backspace = (buffer: EditBuffer): EditBuffer =>
  erase(buffer, previousGrapheme(buffer.text, buffer.cursor), buffer.cursor);

/** Takes the character under the cursor. */
export const deleteForward = (buffer: EditBuffer): EditBuffer =>
  erase(buffer, buffer.cursor, nextGrapheme(buffer.text, buffer.cursor));

/** `ctrl+u`: the line up to the cursor; when there is nothing, the line break before it. */
export function killToStart(buffer: EditBuffer): EditBuffer {
  const start = lineStart(buffer.text, buffer.cursor);
  return start === buffer.cursor ? backspace(buffer) : erase(buffer, start, buffer.cursor);
}

/** `ctrl+k`: the rest of the line; when there is nothing, its line break. */
export function killToEnd(buffer: EditBuffer): EditBuffer {
  const end = lineEnd(buffer.text, buffer.cursor);
  return end === buffer.cursor ? deleteForward(buffer) : erase(buffer, buffer.cursor, end);
}

/** `ctrl+w`: back to the last blank. */
export const killWord = (buffer: EditBuffer): EditBuffer =>
  erase(buffer, wordStart(buffer.text, buffer.cursor, isInk), buffer.cursor);

/** `alt+backspace`: back to the start of a word of letters. */
export const killWordLeft = (buffer: EditBuffer): EditBuffer =>
  erase(buffer, wordStart(buffer.text, buffer.cursor, isWord), buffer.cursor);

/** `alt+d`: forward to the end of a word of letters. */
export const killWordRight = (buffer: EditBuffer): EditBuffer =>
  erase(buffer, buffer.cursor, wordEnd(buffer.text, buffer.cursor));
