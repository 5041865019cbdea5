import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { editableInitialPrompt } from '../domain/initial-prompt.ts';
import { taskById } from '../store/selectors.ts';
import { initialPromptKey } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { draftAfterSending, leavePromptHistory } from './prompt-history.ts';

/** What was sent is gone from the prompt and can be recalled, and the keys belong to the panes. */
export function finishSending(store: Store, key: string, text: string): void {
  store.dispatch({ type: 'draft-changed', key, buffer: draftAfterSending(store.getState()) });
  store.dispatch({ type: 'prompt-recorded', text });
  leavePrompt(store);
}

/** A prompt that was only looked at is no draft: the task may get another one elsewhere. */
function discardUnchangedPrompt(store: Store): void {
  const state = store.getState();
  const task = taskById(state, state.view.initialPromptTaskId);
  if (task === null) return;
  const key = initialPromptKey(task.id);
  if (state.drafts.get(key)?.text === editableInitialPrompt(task))
    store.dispatch({ type: 'draft-changed', key, buffer: EMPTY_BUFFER });
}

/** Back to the panes; what is written stays. */
export function leavePrompt(store: Store): void {
  leavePromptHistory(store);
  discardUnchangedPrompt(store);
  store.dispatch({ type: 'initial-prompt-task-changed', taskId: null });
  store.dispatch({ type: 'pane-focused', pane: store.getState().view.pane });
  store.dispatch({ type: 'open-form-changed', openForm: null });
}
