import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { editableInitialPrompt } from '../domain/initial-prompt.ts';
import { taskById } from '../store/selectors.ts';
import { initialPromptKey } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { draftAfterSending, leavePromptHistory } from './prompt-history.ts';

/** After sending: clears the draft, adds the text to the prompt history and focuses the panes. */
export function finishSending(store: Store, key: string, text: string): void {
  store.dispatch({ type: 'draft-changed', key, buffer: draftAfterSending(store.getState()) });
  store.dispatch({ type: 'prompt-recorded', text });
  leavePrompt(store);
}

/** Drops an unchanged initial prompt, so that it does not hide one that changes on the server. */
function discardUnchangedPrompt(store: Store): void {
  const state = store.getState();
  const task = taskById(state, state.view.initialPromptTaskId);
  if (task === null) return;
  const key = initialPromptKey(task.id);
  if (state.drafts.get(key)?.text === editableInitialPrompt(task))
    store.dispatch({ type: 'draft-changed', key, buffer: EMPTY_BUFFER });
}

/** Focuses the panes; the draft stays. */
export function leavePrompt(store: Store): void {
  leavePromptHistory(store);
  discardUnchangedPrompt(store);
  store.dispatch({ type: 'initial-prompt-task-changed', taskId: null });
  store.dispatch({ type: 'pane-focused', pane: store.getState().view.pane });
  store.dispatch({ type: 'open-form-changed', openForm: null });
}
