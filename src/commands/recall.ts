import { bufferOf } from '../domain/edit/buffer.ts';
import { layout } from '../domain/edit/layout.ts';
import { promptWidth } from '../store/geometry.ts';
import { draft, draftKey } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';

/**
 * Shows the prompt before (`-1`) or after (`1`) the one that is shown. Only from the first or last row, so that up
 * and down still move within a text of several rows. False when there is nothing to go to.
 */
export function recall(store: Store, step: -1 | 1): boolean {
  const state = store.getState();
  const key = draftKey(state);
  if (key === null) return false;
  const buffer = draft(state);
  const { rows, cursorRow } = layout(buffer, promptWidth(state.size));
  if (cursorRow !== (step === -1 ? 0 : rows.length - 1)) return false;

  const { history } = state;
  const { index, stash } = state.view.recall ?? { index: history.length, stash: buffer.text };
  const next = index + step;
  if (next < 0 || next > history.length) return false;
  const text = next === history.length ? stash : (history[next] ?? '');
  const recalled = next === history.length ? undefined : { index: next, stash };
  store.dispatch({
    type: 'draft-edited',
    key,
    buffer: bufferOf(text, step === -1 ? 0 : text.length),
    ...(recalled && { recall: recalled }),
  });
  return true;
}
