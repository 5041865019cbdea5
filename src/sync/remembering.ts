import { bufferOf } from '../domain/edit/buffer.ts';
import type { Clock, Memory } from '../domain/ports.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** What is typed is on disk after this long; ms. */
const SAVE_AFTER_MS = 300;

/** Brings back what was written before, and keeps what is written from now on. Returns how to end it: it saves first. */
export function startRemembering(store: Store, memory: Memory, clock: Clock): () => void {
  const drafts = new Map([...memory.drafts()].map(([key, text]) => [key, bufferOf(text)]));
  store.dispatch({ type: 'remembered', drafts, history: memory.history() });

  let saved = store.getState();
  let cancel = (): void => {};
  let isPlanned = false;

  const save = (): void => {
    isPlanned = false;
    const state = store.getState();
    saveDrafts(memory, saved, state);
    for (const prompt of state.history.slice(saved.history.length)) memory.remember(prompt);
    if (state.view.selected !== saved.view.selected) memory.saveLayout({ selectedTask: state.view.selected });
    saved = state;
  };

  const unsubscribe = store.subscribe(() => {
    const { drafts: written, history, view } = store.getState();
    const isSaved =
      written === saved.drafts && history === saved.history && view.selected === saved.view.selected;
    if (isPlanned || isSaved) return;
    isPlanned = true;
    cancel = clock.after(SAVE_AFTER_MS, save);
  });

  return () => {
    unsubscribe();
    cancel();
    save();
  };
}

function saveDrafts(memory: Memory, before: State, after: State): void {
  for (const [key, { text }] of after.drafts) {
    if (before.drafts.get(key)?.text !== text) memory.saveDraft(key, text);
  }
  for (const key of before.drafts.keys()) if (!after.drafts.has(key)) memory.saveDraft(key, '');
}
