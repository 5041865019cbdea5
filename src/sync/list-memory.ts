import type { Clock, Memory } from '../domain/ports.ts';
import type { Store } from '../store/store.ts';

/** A list is written at most this often: it changes with every word of an agent, and it is long; ms. */
const SAVE_EVERY_MS = 30_000;

/**
 * Shows the tasks as they were last seen until the server answers, and keeps what it answers for the next time.
 * Returns how to end it: it saves first.
 */
export function rememberList(store: Store, memory: Memory, clock: Clock): () => void {
  const last = memory.lastList();
  if (last !== null) store.dispatch({ type: 'list-recalled', tasks: last.tasks, at: last.at });

  let saved = store.getState().tasks;
  let cancel: (() => void) | null = null;
  const save = (): void => {
    cancel = null;
    const { tasks, list } = store.getState();
    if (tasks === saved || list.at === null) return;
    memory.saveList(tasks, list.at);
    saved = tasks;
  };
  const unsubscribe = store.subscribe(() => {
    if (cancel === null && store.getState().tasks !== saved) cancel = clock.after(SAVE_EVERY_MS, save);
  });
  return () => {
    unsubscribe();
    cancel?.();
    save();
  };
}
