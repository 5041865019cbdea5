import { EMPTY } from '../domain/edit/buffer.ts';
import { promptOf } from '../domain/task-prompt.ts';
import { taskById } from '../store/selectors.ts';
import { inputKey } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { afterSending, endRecall } from './recall.ts';

/** What was sent is gone from the prompt and can be recalled, and the keys belong to the panes. */
export function finishWriting(store: Store, key: string, text: string): void {
  store.dispatch({ type: 'draft-edited', key, buffer: afterSending(store.getState()) });
  store.dispatch({ type: 'prompt-used', text });
  leavePrompt(store);
}

/** A prompt that was only looked at is no draft: the task may get another one elsewhere. */
function dropUnchanged(store: Store): void {
  const state = store.getState();
  const task = taskById(state, state.view.rewriting);
  if (task === null) return;
  const key = inputKey(task.id);
  if (state.drafts.get(key)?.text === promptOf(task))
    store.dispatch({ type: 'draft-edited', key, buffer: EMPTY });
}

/** Back to the panes; what is written stays. */
export function leavePrompt(store: Store): void {
  endRecall(store);
  dropUnchanged(store);
  store.dispatch({ type: 'rewriting', taskId: null });
  store.dispatch({ type: 'focused', pane: store.getState().view.pane });
  store.dispatch({ type: 'composing', composing: null });
}
