import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { editableInitialPrompt } from '../domain/initial-prompt.ts';
import type { StoreEvent } from '../store/event.ts';
import { taskById } from '../store/selectors.ts';
import type { State } from '../store/state.ts';
import { initialPromptKey } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { draftAfterSending, leavePromptHistory } from './prompt-history.ts';

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
  store.dispatch(...closePrompt(store.getState()));
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
  return state.drafts.get(key)?.text === editableInitialPrompt(task)
    ? [{ type: 'draft-changed', key, buffer: EMPTY_BUFFER }]
    : [];
}
