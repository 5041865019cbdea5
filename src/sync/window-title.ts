import { needsAttentionText } from '../domain/needs-attention.ts';
import { counts } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';

/**
 * Keeps the number of tasks that need the user in the window title, while the setting `title` is on. Returns a function
 * that stops it.
 */
export function startWindowTitle(store: Store, setTitle: (title: string) => void): () => void {
  let lastTitle: string | null = null;
  return store.subscribe(() => {
    const state = store.getState();
    if (state.listFreshness.requestedAt === null) return;
    if (!state.settings.title && lastTitle === null) return;
    const needYou = state.settings.title ? counts(state).needYou : 0;
    const title = needYou === 0 ? 'taskdeck' : `taskdeck · ${needsAttentionText(needYou)}`;
    if (title === lastTitle) return;
    lastTitle = title;
    setTitle(title);
  });
}
