import { type EditBuffer, insert, withCursor } from '../domain/edit/buffer.ts';
import { textEdit } from '../domain/edit/keys.ts';
import { layoutText, offsetAt } from '../domain/edit/layout.ts';
import { sanitise } from '../domain/text/sanitise.ts';
import { fixedPrompt } from '../store/form.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { promptWidth } from '../view/layout/geometry.ts';
import { activeHistoryPosition } from './prompt-draft.ts';

export const isEditingKey = (key: string): boolean => textEdit(key) !== undefined;

/** Edits the draft; false when the key is no editing key. */
export function editByKey(store: Store, key: string): boolean {
  const edit = textEdit(key);
  if (edit === undefined) return false;
  editDraft(store, (buffer, state) => edit(buffer, promptWidth(state.size)));
  return true;
}

/** Moves the cursor to a row of the laid-out prompt and a display column. */
export function moveCursorTo(store: Store, row: number, column: number): void {
  editDraft(store, (buffer, state) => {
    const target = layoutText(buffer, promptWidth(state.size)).rows[row];
    return target === undefined
      ? withCursor(buffer, buffer.text.length)
      : withCursor(buffer, offsetAt(target, column));
  });
}

/** Inserts typed or pasted text at the cursor, sanitised. */
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
  // Keeps the saved draft reachable after an edit of a recalled prompt.
  const historyPosition = activeHistoryPosition(state);
  store.dispatch({
    type: 'draft-changed',
    key,
    buffer,
    ...(historyPosition && { historyPosition }),
  });
}

/** Whether a preset's own prompt hides the draft, which then stays as it is. */
const hasFixedPrompt = (state: State): boolean => state.view.openForm !== null && fixedPrompt(state) !== null;
