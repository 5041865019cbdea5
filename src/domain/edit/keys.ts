import { lineEnd, lineStart, nextGrapheme, previousGrapheme } from './boundaries.ts';
import { bufferOf, type EditBuffer, insertNewline, replaceRange } from './buffer.ts';
import { layoutText, offsetAt } from './layout.ts';
import {
  end,
  home,
  isNonBlank,
  isWordCharacter,
  left,
  right,
  toEnd,
  toStart,
  wordEnd,
  wordLeft,
  wordRight,
  wordStart,
} from './move.ts';

/**
 * Moves up one screen row, as near to the goal column as possible; the same buffer on the first row. `width` in
 * columns.
 */
export const up = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, -1);

/** Moves down one screen row; the same buffer on the last row. `width` in columns. */
export const down = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, 1);

function moveRows(buffer: EditBuffer, width: number, rows: number): EditBuffer {
  const layout = layoutText(buffer, width);
  const target = layout.rows[layout.cursorRow + rows];
  if (target === undefined) return buffer;
  const goal = buffer.goalColumn ?? layout.cursorColumn;
  return { text: buffer.text, cursor: offsetAt(target, goal), goalColumn: goal };
}

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

type LineEdit = (buffer: EditBuffer) => EditBuffer;

/** `width`: the columns in which the text is wrapped. */
type TextEdit = (buffer: EditBuffer, width: number) => EditBuffer;

/** The keys of GNU Readline (Emacs mode), and those of common editors. */
const LINE_EDITS: ReadonlyMap<string, LineEdit> = new Map([
  ['left', left],
  ['ctrl+b', left],
  ['right', right],
  ['ctrl+f', right],
  ['alt+left', wordLeft],
  ['ctrl+left', wordLeft],
  ['alt+b', wordLeft],
  ['alt+right', wordRight],
  ['ctrl+right', wordRight],
  ['alt+f', wordRight],
  ['home', home],
  ['ctrl+a', home],
  ['end', end],
  ['ctrl+e', end],
  ['alt+<', toStart],
  ['alt+>', toEnd],
  ['backspace', backspace],
  ['ctrl+h', backspace],
  ['delete', deleteForward],
  ['ctrl+d', deleteForward],
  ['ctrl+w', killToBlank],
  ['alt+backspace', killWordLeft],
  ['alt+d', killWordRight],
  ['ctrl+u', killToStart],
  ['ctrl+k', killToEnd],
]);

const MULTILINE_EDITS: ReadonlyMap<string, TextEdit> = new Map<string, TextEdit>([
  ['up', up],
  ['ctrl+p', up],
  ['down', down],
  ['ctrl+n', down],
  ['alt+enter', insertNewline],
  ['shift+enter', insertNewline],
  ['ctrl+j', insertNewline],
]);

/** The operation of a key in a single-line text; undefined when it does not edit. */
export const lineEdit = (key: string): LineEdit | undefined => LINE_EDITS.get(key);

/** The operation of a key in a multi-line text; undefined when it does not edit. */
export const textEdit = (key: string): TextEdit | undefined =>
  LINE_EDITS.get(key) ?? MULTILINE_EDITS.get(key);

const QUERY_KEYS: ReadonlySet<string> = new Set(['backspace', 'ctrl+h', 'ctrl+u']);

/** A search text, which has no cursor, after a key; null when the key does not edit it. */
export function editedQuery(query: string, key: string): string | null {
  const edit = QUERY_KEYS.has(key) ? lineEdit(key) : undefined;
  return edit === undefined ? null : edit(bufferOf(query)).text;
}
