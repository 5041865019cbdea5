import { parseScopeKey, scopeKey } from '../domain/owner-scope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { SavedState } from '../domain/ports/saved-state.ts';
import type { State } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/**
 * The minimum time between writes, ms. A list is long and changes with each report of an agent. Every exit but a kill saves
 * it, too.
 */
const SAVE_INTERVAL_MS = 300_000;

/**
 * Shows the saved list of a scope until the server answers, and saves received lists per scope. Returns a function that
 * saves and stops.
 */
export function persistList(store: Store, savedState: SavedState, clock: Clock): () => void {
  const saved = new Map<string, State['tasks']>();
  /** How far the wall clock, which stored times use, is ahead of the clock of the state; ms. */
  const aheadMs = (): number => clock.wall() - clock.now();

  function restore(): void {
    const { listedScope, listFreshness } = store.getState();
    const last = listFreshness.requestedAt === null ? savedState.savedList(listedScope) : null;
    if (last === null) return;
    // After the wall clock was set back, a stored time can be in the future.
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
