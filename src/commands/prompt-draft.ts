import { bufferOf, type EditBuffer, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { layoutText } from '../domain/edit/layout.ts';
import type { StoreEvent } from '../store/event.ts';
import { editablePromptOf } from '../store/last-prompt.ts';
import { editedComment } from '../store/review.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { PromptHistoryPosition } from '../store/slices/drafts.ts';
import { initialPromptKey } from '../store/slices/drafts.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { taskById } from '../store/task-index.ts';
import { promptWidth } from '../view/layout/geometry.ts';
import { closeCommentField, returnCollectedComments, showComments } from './comment-field.ts';

/** The position in the prompt history, or null; a position of another task's draft does not count. */
export function activeHistoryPosition(state: State): PromptHistoryPosition | null {
  const { historyPosition } = state.view;
  return historyPosition !== null && historyPosition.draftKey === draftKey(state) ? historyPosition : null;
}

/**
 * Recalls the prompt before (`-1`) or after (`1`) the current one, only from the first or last row, because up and down
 * also move the cursor. Edits of recalled prompts survive further steps. False when nothing was recalled.
 */
export function stepPromptHistory(store: Store, step: -1 | 1): boolean {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null || editedComment(state) !== null) return false;
  const buffer = draft(state);
  const { rows, cursorRow } = layoutText(buffer, promptWidth(state.size));
  if (cursorRow !== (step === -1 ? 0 : rows.length - 1)) return false;

  const { promptHistory } = state;
  const from = withCurrentText(
    state,
    activeHistoryPosition(state) ?? startOfHistory(key, state),
    buffer.text,
  );
  const index = from.index + step;
  if (index < 0 || index > promptHistory.length) return false;
  const text =
    index === promptHistory.length ? from.savedDraft : (from.edits.get(index) ?? promptHistory[index] ?? '');
  store.dispatch({
    type: 'draft-changed',
    key,
    buffer: bufferOf(text, step === -1 ? 0 : text.length),
    historyPosition: { ...from, index },
  });
  return true;
}

/** Leaves the history: an unchanged recalled prompt gives way to the saved draft, a changed one becomes the draft. */
export function leavePromptHistory(store: Store): void {
  const state = store.getState();
  const position = activeHistoryPosition(state);
  if (position === null || position.index === state.promptHistory.length) return;
  const { draftKey, index, savedDraft } = position;
  if (draft(state).text === state.promptHistory[index])
    store.dispatch({ type: 'draft-changed', key: draftKey, buffer: bufferOf(savedDraft) });
  else if (savedDraft.trim() !== '') store.dispatch({ type: 'prompt-recorded', text: savedDraft });
}

/** The prompt after its text has been sent: empty, or the draft that a recalled prompt had replaced. */
function draftAfterSending(state: State): EditBuffer {
  const position = activeHistoryPosition(state);
  return position === null || position.index === state.promptHistory.length
    ? EMPTY_BUFFER
    : bufferOf(position.savedDraft);
}

/** After sending: clears the draft, adds the text to the prompt history and focuses the panes. */
export function finishSending(store: Store, key: string, text: string): void {
  const state = store.getState();
  store.dispatch(
    { type: 'draft-changed', key, buffer: draftAfterSending(state) },
    { type: 'prompt-recorded', text },
    ...closePrompt(state),
  );
}

/** Focuses the panes; the draft stays. */
export function leavePrompt(store: Store): void {
  leavePromptHistory(store);
  const state = store.getState();
  store.dispatch(...closePrompt(state), ...closeCommentField(state), ...returnCollectedComments(state));
  if (editedComment(state) !== null) showComments(store);
}

/** The events that focus the panes, without the draft of a recalled prompt. */
function closePrompt(state: State): readonly [StoreEvent, ...StoreEvent[]] {
  return [
    { type: 'initial-prompt-task-changed', taskId: null },
    { type: 'pane-focused', pane: state.view.pane },
    { type: 'open-form-changed', openForm: null },
    ...discardUnchangedPrompt(state),
  ];
}

/** Drops an unchanged initial prompt, so that it does not hide one that changes on the server. */
function discardUnchangedPrompt(state: State): readonly StoreEvent[] {
  const task = taskById(state, state.view.initialPromptTaskId);
  if (task === null) return [];
  const key = initialPromptKey(task.id);
  return state.drafts.get(key)?.text === editablePromptOf(state, task)
    ? [{ type: 'draft-changed', key, buffer: EMPTY_BUFFER }]
    : [];
}

const startOfHistory = (key: string, { promptHistory }: State): PromptHistoryPosition => ({
  draftKey: key,
  index: promptHistory.length,
  savedDraft: '',
  edits: new Map(),
});

/** The position with the current text saved as the draft or as an edit. */
function withCurrentText(
  { promptHistory }: State,
  position: PromptHistoryPosition,
  text: string,
): PromptHistoryPosition {
  const { index, edits } = position;
  if (index === promptHistory.length) return { ...position, savedDraft: text };
  return text === promptHistory[index] && !edits.has(index)
    ? position
    : { ...position, edits: new Map(edits).set(index, text) };
}
