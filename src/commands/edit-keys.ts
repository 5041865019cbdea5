import { type EditBuffer, insert, withCursor } from '../domain/edit/buffer.ts';
import { textEdit } from '../domain/edit/keys.ts';
import { layoutText, offsetAt } from '../domain/edit/layout.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { fixedPrompt } from '../store/form.ts';
import { promptWidth } from '../store/geometry.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { activeHistoryPosition } from './prompt-history.ts';

/** Whether a key edits the text in the prompt. */
export const isEditingKey = (key: string): boolean => textEdit(key) !== undefined;

/** Changes the draft by a key; false when the key does not edit. */
export function editByKey(store: Store, key: string): boolean {
  const edit = textEdit(key);
  if (edit === undefined) return false;
  editDraft(store, (buffer, state) => edit(buffer, promptWidth(state.size)));
  return true;
}

/** Puts the cursor where the mouse was: a row of the text as the prompt lays it out, and a display column. */
export function moveCursorTo(store: Store, row: number, column: number): void {
  editDraft(store, (buffer, state) => {
    const target = layoutText(buffer, promptWidth(state.size)).rows[row];
    return target === undefined
      ? withCursor(buffer, buffer.text.length)
      : withCursor(buffer, offsetAt(target, column));
  });
}

/** Puts typed or pasted text where the cursor stands. A paste may hold anything, so it is made safe to show. */
export function insertText(store: Store, text: string): void {
  editDraft(store, (buffer) => insert(buffer, sanitise(text.replace(/\r\n?/gu, '\n'))));
}

function editDraft(store: Store, edit: (buffer: EditBuffer, state: State) => EditBuffer): void {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null || hasFixedPrompt(state)) return;
  const before = draft(state);
  const buffer = edit(before, state);
  if (buffer === before) return;
  // Whoever changes a recalled prompt can still go back to the draft.
  const historyPosition = activeHistoryPosition(state);
  store.dispatch({
    type: 'draft-changed',
    key,
    buffer,
    ...(historyPosition && { historyPosition: historyPosition }),
  });
}

/** A preset has its own prompt: what the user wrote before stays as it is, out of sight. */
const hasFixedPrompt = (state: State): boolean => state.view.openForm !== null && fixedPrompt(state) !== null;
