import type { Clock } from '../domain/ports/clock.ts';
import type { Memory } from '../domain/ports/memory.ts';
import { scopeFrom, scopeKey } from '../domain/scope.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** A list is written at most this often: it changes with every word of an agent, and it is long; ms. */
const SAVE_EVERY_MS = 30_000;

/**
 * Shows the tasks as they were last seen until the server answers, and keeps what it answers for the next time; those of
 * each scope apart. Returns how to end it: it saves first.
 */
export function rememberList(store: Store, memory: Memory, clock: Clock): () => void {
  const saved = new Map<string, State['tasks']>();
  /** Stored times are wall time; ms that it is ahead of the state's. */
  const aheadMs = (): number => clock.wall() - clock.now();

  function recall(): void {
    const { listed, list } = store.getState();
    const last = list.at === null ? memory.lastList(listed) : null;
    if (last === null) return;
    // A wall clock that was set back since then leaves it in the future.
    const at = Math.min(last.at - aheadMs(), clock.now());
    store.dispatch({ type: 'list-recalled', tasks: last.tasks, at });
    saved.set(scopeKey(listed), store.getState().tasks);
  }

  const save = (): void => {
    cancel = null;
    const { listed, tasks, list, aside } = store.getState();
    for (const [key, listing] of [...aside, [scopeKey(listed), { tasks, at: list.at }] as const]) {
      if (listing.at === null || saved.get(key) === listing.tasks) continue;
      const isSaved = memory.saveList(listing.tasks, listing.at + aheadMs(), scopeFrom(key));
      // The next change of the state tries again.
      if (isSaved) saved.set(key, listing.tasks);
    }
  };

  let { listed } = store.getState();
  let cancel: (() => void) | null = null;
  recall();
  saved.set(scopeKey(listed), store.getState().tasks);
  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const isSaved = saved.get(scopeKey(state.listed)) === state.tasks;
    if (cancel === null && !isSaved && state.list.at !== null) cancel = clock.after(SAVE_EVERY_MS, save);
    if (state.listed === listed) return;
    listed = state.listed;
    recall();
  });
  return () => {
    unsubscribe();
    cancel?.();
    save();
  };
}
