import type { Store } from '../store/store.ts';
import { afterSending, endRecall } from './recall.ts';

/** What was sent is gone from the prompt and can be recalled, and the keys belong to the panes. */
export function finishWriting(store: Store, key: string, text: string): void {
  store.dispatch({ type: 'draft-edited', key, buffer: afterSending(store.getState()) });
  store.dispatch({ type: 'prompt-used', text });
  leavePrompt(store);
}

/** Back to the panes; what is written stays. */
export function leavePrompt(store: Store): void {
  endRecall(store);
  store.dispatch({ type: 'focused', pane: store.getState().view.pane });
  store.dispatch({ type: 'composing', composing: null });
}
