import { needYouWords } from '../domain/attention.ts';
import { counts } from '../store/selectors.ts';
import type { Store } from '../store/store.ts';

/** Has the window's title say how many tasks need the user. Returns how to end it. */
export function startTitle(store: Store, setTitle: (title: string) => void): () => void {
  let shown: string | null = null;
  return store.subscribe(() => {
    const state = store.getState();
    if (state.list.at === null) return;
    const { needYou } = counts(state);
    const title = needYou === 0 ? 'taskdeck' : `taskdeck · ${needYouWords(needYou)}`;
    if (title === shown) return;
    shown = title;
    setTitle(title);
  });
}
