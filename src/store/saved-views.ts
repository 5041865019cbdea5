import { ALL_TASKS, NEEDS_YOU, type SavedView, viewsFrom } from '../domain/saved-view.ts';
import { memoize } from './memoize.ts';
import type { State } from './state.ts';

const viewsOf = memoize(viewsFrom);

/** The views that `V` lists. */
export const savedViews = ({ settings }: Pick<State, 'settings'>): readonly SavedView[] =>
  viewsOf(settings.views);

/** The view whose filter the list has; null for another filter. */
export function appliedView(state: Pick<State, 'settings' | 'view'>): SavedView | null {
  const { filter, needsAttentionIds } = state.view;
  const isApplied = (view: SavedView): boolean =>
    view.filter === filter && view.needsYou === (needsAttentionIds !== null);
  return savedViews(state).find(isApplied) ?? null;
}

/** The name of the applied view for the title of the list; null where the title says it anyway, or has the filter. */
export function appliedViewName(state: Pick<State, 'settings' | 'view'>): string | null {
  const view = appliedView(state);
  return view === null || view.filter === '' || view.id === ALL_TASKS || view.id === NEEDS_YOU
    ? null
    : view.name;
}
