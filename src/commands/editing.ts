import { at, type EditBuffer, insert, insertNewline } from '../domain/edit/buffer.ts';
import {
  backspace,
  deleteForward,
  killToEnd,
  killToStart,
  killWord,
  killWordLeft,
  killWordRight,
} from '../domain/edit/erase.ts';
import { layout, offsetAt } from '../domain/edit/layout.ts';
import { end, home, left, right, toEnd, toStart, wordLeft, wordRight } from '../domain/edit/move.ts';
import { down, up } from '../domain/edit/vertical.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { fixedPrompt } from '../store/form.ts';
import { promptWidth } from '../store/geometry.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { recallOf } from './recall.ts';

type Edit = (buffer: EditBuffer, width: number) => EditBuffer;

/** What keys do to the text in the prompt, as readline has taught everybody. */
const EDITS: ReadonlyMap<string, Edit> = new Map<string, Edit>([
  ['left', left],
  ['ctrl+b', left],
  ['right', right],
  ['ctrl+f', right],
  ['up', up],
  ['ctrl+p', up],
  ['down', down],
  ['ctrl+n', down],
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
  ['ctrl+w', killWord],
  ['alt+backspace', killWordLeft],
  ['alt+d', killWordRight],
  ['ctrl+u', killToStart],
  ['ctrl+k', killToEnd],
  ['alt+enter', insertNewline],
  ['shift+enter', insertNewline],
  ['ctrl+j', insertNewline],
]);

/** Keys that only a text of several lines has a use for. */
const OF_LINES: ReadonlySet<string> = new Set([
  'up',
  'down',
  'ctrl+p',
  'ctrl+n',
  'alt+enter',
  'shift+enter',
  'ctrl+j',
]);

/** What a key does to a text of one line; undefined when it does nothing. */
export function lineEdit(key: string): ((buffer: EditBuffer) => EditBuffer) | undefined {
  const edit = OF_LINES.has(key) ? undefined : EDITS.get(key);
  return edit && ((buffer) => edit(buffer, Number.POSITIVE_INFINITY));
}

/** Whether a key edits the text in the prompt. */
export const isEditingKey = (key: string): boolean => EDITS.has(key);

/** Changes the draft by a key; false when the key does not edit. */
export function editByKey(store: Store, key: string): boolean {
  const edit = EDITS.get(key);
  if (edit === undefined) return false;
  change(store, (buffer, state) => edit(buffer, promptWidth(state.size)));
  return true;
}

/** Puts the cursor where the mouse was: a row of the text as the prompt lays it out, and a display column. */
export function putCursor(store: Store, row: number, column: number): void {
  change(store, (buffer, state) => {
    const target = layout(buffer, promptWidth(state.size)).rows[row];
    return target === undefined ? at(buffer, buffer.text.length) : at(buffer, offsetAt(target, column));
  });
}

/** Puts typed or pasted text where the cursor stands. A paste may hold anything, so it is made safe to show. */
export function insertText(store: Store, text: string): void {
  change(store, (buffer) => insert(buffer, sanitise(text.replace(/\r\n?/gu, '\n'))));
}

function change(store: Store, edit: (buffer: EditBuffer, state: State) => EditBuffer): void {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null || isFixed(state)) return;
  const before = draft(state);
  const buffer = edit(before, state);
  if (buffer === before) return;
  // Whoever changes a recalled prompt can still go back to the draft.
  const recalled = recallOf(state);
  store.dispatch({ type: 'draft-edited', key, buffer, ...(recalled && { recall: recalled }) });
}

/** A preset has its own prompt: what the user wrote before stays as it is, out of sight. */
const isFixed = (state: State): boolean => state.view.composing !== null && fixedPrompt(state) !== null;
