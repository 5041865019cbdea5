import { bufferOf, type EditBuffer, EMPTY } from '../domain/edit/buffer.ts';
import { layout } from '../domain/edit/layout.ts';
import { promptWidth } from '../store/geometry.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import type { Recall } from '../store/view.ts';

/** The recall that the prompt is in, or null. One that belongs to another task's draft is over. */
export function recallOf(state: State): Recall | null {
  const { recall } = state.view;
  return recall !== null && recall.key === draftKey(state) ? recall : null;
}

/**
 * Shows the prompt before (`-1`) or after (`1`) the one that is shown. Only from the first or last row, so that up
 * and down still move within a text of several rows. What was changed on the way is found again. False when there is
 * nothing to go to.
 */
export function recall(store: Store, step: -1 | 1): boolean {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null) return false;
  const buffer = draft(state);
  const { rows, cursorRow } = layout(buffer, promptWidth(state.size));
  if (cursorRow !== (step === -1 ? 0 : rows.length - 1)) return false;

  const { history } = state;
  const from = keepText(state, recallOf(state) ?? begin(key, state), buffer.text);
  const index = from.index + step;
  if (index < 0 || index > history.length) return false;
  const text = index === history.length ? from.stash : (from.edits.get(index) ?? history[index] ?? '');
  store.dispatch({
    type: 'draft-edited',
    key,
    buffer: bufferOf(text, step === -1 ? 0 : text.length),
    recall: { ...from, index },
  });
  return true;
}

/** Ends a recall without losing a text: an old prompt that was only looked at gives way to the draft it stood in for. */
export function endRecall(store: Store): void {
  const state = store.getState();
  const recalled = recallOf(state);
  if (recalled === null || recalled.index === state.history.length) return;
  const { key, index, stash } = recalled;
  if (draft(state).text === state.history[index])
    store.dispatch({ type: 'draft-edited', key, buffer: bufferOf(stash) });
  else if (stash.trim() !== '') store.dispatch({ type: 'prompt-used', text: stash });
}

/** What is in the prompt once its text has been sent: nothing, or the draft that a recalled prompt stood in for. */
export function afterSending(state: State): EditBuffer {
  const recalled = recallOf(state);
  return recalled === null || recalled.index === state.history.length ? EMPTY : bufferOf(recalled.stash);
}

const begin = (key: string, { history }: State): Recall => ({
  key,
  index: history.length,
  stash: '',
  edits: new Map(),
});

/** The recall with the text that stands in the prompt kept where it belongs. */
function keepText({ history }: State, recalled: Recall, text: string): Recall {
  const { index, edits } = recalled;
  if (index === history.length) return { ...recalled, stash: text };
  return text === history[index] && !edits.has(index)
    ? recalled
    : { ...recalled, edits: new Map(edits).set(index, text) };
}
