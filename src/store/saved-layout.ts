import type { SavedViewState } from '../domain/saved-layout.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { recordLastFollowed } from './merged-transcript.ts';
import type { State } from './state.ts';
import type { ScrollAnchor, ViewState } from './view-state.ts';

export const savedViewStateOf = ({ pane, zoomed, filter, needsAttentionIds }: ViewState): SavedViewState => ({
  pane,
  zoomed,
  filter,
  needing: needsAttentionIds !== null,
});

/** The view state of the last run; empty when the user has already changed it. */
export function restoredViewState(view: ViewState, saved: SavedViewState | undefined): Partial<ViewState> {
  const isUntouched =
    view.focus === 'list' && !view.zoomed && view.filter === '' && view.needsAttentionIds === null;
  if (saved === undefined || !isUntouched) return {};
  return {
    pane: saved.pane,
    focus: saved.pane,
    zoomed: saved.zoomed && saved.pane === 'transcript',
    filter: saved.filter,
    // The ids follow with the list.
    needsAttentionIds: saved.needing ? [] : null,
  };
}

/** Scrolls to the position of the last run, which is then no longer a saved one. */
export function restoreScroll(state: State, taskId: string, anchor: ScrollAnchor): State {
  const next = recordLastFollowed(state, taskId, anchor);
  return {
    ...next,
    view: {
      ...next.view,
      scrollAnchors: withEntry(next.view.scrollAnchors, taskId, anchor),
      savedScrolls: withoutSavedScroll(next.view.savedScrolls, taskId),
    },
  };
}

/** Also used when the user scrolls: their position replaces the saved one. */
export const withoutSavedScroll = (
  savedScrolls: ViewState['savedScrolls'],
  taskId: string,
): ViewState['savedScrolls'] => withoutEntries(savedScrolls, (id) => id === taskId);
