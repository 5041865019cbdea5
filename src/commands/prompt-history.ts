import { bufferOf, type EditBuffer, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { layoutText } from '../domain/edit/layout.ts';
import { promptWidth } from '../store/geometry.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { PromptHistoryPosition } from '../store/view-state.ts';

/** The recall that the prompt is in, or null. One that belongs to another task's draft is over. */
export function activeHistoryPosition(state: State): PromptHistoryPosition | null {
  const { historyPosition } = state.view;
  return historyPosition !== null && historyPosition.draftKey === draftKey(state) ? historyPosition : null;
}

/**
 * Shows the prompt before (`-1`) or after (`1`) the one that is shown. Only from the first or last row, so that up
 * and down still move within a text of several rows. What was changed on the way is found again. False when there is
 * nothing to go to.
 */
export function stepPromptHistory(store: Store, step: -1 | 1): boolean {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null) return false;
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

/** Ends a recall without losing a text: an old prompt that was only looked at gives way to the draft it stood in for. */
export function leavePromptHistory(store: Store): void {
  const state = store.getState();
  const position = activeHistoryPosition(state);
  if (position === null || position.index === state.promptHistory.length) return;
  const { draftKey, index, savedDraft } = position;
  if (draft(state).text === state.promptHistory[index])
    store.dispatch({ type: 'draft-changed', key: draftKey, buffer: bufferOf(savedDraft) });
  else if (savedDraft.trim() !== '') store.dispatch({ type: 'prompt-recorded', text: savedDraft });
}

/** What is in the prompt once its text has been sent: nothing, or the draft that a recalled prompt stood in for. */
export function draftAfterSending(state: State): EditBuffer {
  const position = activeHistoryPosition(state);
  return position === null || position.index === state.promptHistory.length
    ? EMPTY_BUFFER
    : bufferOf(position.savedDraft);
}

const startOfHistory = (key: string, { promptHistory }: State): PromptHistoryPosition => ({
  draftKey: key,
  index: promptHistory.length,
  savedDraft: '',
  edits: new Map(),
});

/** The recall with the text that stands in the prompt kept where it belongs. */
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
