import { parseScopeKey, scopeKey } from '../domain/owner-scope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** A list is written at most this often: it changes with every word of an agent, and it is long; ms. */
const SAVE_INTERVAL_MS = 30_000;

/**
 * Shows the tasks as they were last seen until the server answers, and keeps what it answers for the next time; those of
 * each scope apart. Returns how to end it: it saves first.
 */
export function persistList(store: Store, savedState: SavedState, clock: Clock): () => void {
  const saved = new Map<string, State['tasks']>();
  /** Stored times are wall time; ms that it is ahead of the state's. */
  const aheadMs = (): number => clock.wall() - clock.now();

  function restore(): void {
    const { listedScope, listFreshness } = store.getState();
    const last = listFreshness.requestedAt === null ? savedState.savedList(listedScope) : null;
    if (last === null) return;
    // A wall clock that was set back since then leaves it in the future.
    const at = Math.min(last.at - aheadMs(), clock.now());
    store.dispatch({ type: 'list-restored', tasks: last.tasks, at });
    saved.set(scopeKey(listedScope), store.getState().tasks);
  }

  const save = (): void => {
    cancel = null;
    const { listedScope, tasks, listFreshness, parkedLists } = store.getState();
    for (const [key, listing] of [
      ...parkedLists,
      [scopeKey(listedScope), { tasks, at: listFreshness.requestedAt }] as const,
    ]) {
      if (listing.at === null || saved.get(key) === listing.tasks) continue;
      const isSaved = savedState.saveList(listing.tasks, listing.at + aheadMs(), parseScopeKey(key));
      // The next change of the state tries again.
      if (isSaved) saved.set(key, listing.tasks);
    }
  };

  let { listedScope } = store.getState();
  let cancel: (() => void) | null = null;
  restore();
  saved.set(scopeKey(listedScope), store.getState().tasks);
  const unsubscribe = store.subscribe(() => {
    const state = store.getState();
    const isSaved = saved.get(scopeKey(state.listedScope)) === state.tasks;
    if (cancel === null && !isSaved && state.listFreshness.requestedAt !== null)
      cancel = clock.after(SAVE_INTERVAL_MS, save);
    if (state.listedScope === listedScope) return;
    listedScope = state.listedScope;
    restore();
  });
  return () => {
    unsubscribe();
    cancel?.();
    save();
  };
}
