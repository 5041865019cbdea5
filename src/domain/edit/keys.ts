import { bufferOf, type EditBuffer, insertNewline } from './buffer.ts';
import {
  backspace,
  deleteForward,
  killToBlank,
  killToEnd,
  killToStart,
  killWordLeft,
  killWordRight,
} from './erase.ts';
import { end, home, left, right, toEnd, toStart, wordLeft, wordRight } from './move.ts';
import { down, up } from './move-rows.ts';

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
