import { DEFAULT_PANES, withListShown } from '../domain/pane-layout.ts';
import type { SavedViewState } from '../domain/saved-layout.ts';
import type { ViewState } from './state.ts';

export const savedViewStateOf = ({
  pane,
  panes,
  filter,
  needsAttentionIds,
  rowLines,
  columns,
}: ViewState): SavedViewState => ({
  pane,
  panes,
  filter,
  needing: needsAttentionIds !== null,
  ...(rowLines !== null && { rowLines }),
  ...(columns !== null && { columns }),
});

/** The view state of the last run; empty when the user has already changed it. */
export function restoredViewState(view: ViewState, saved: SavedViewState | undefined): Partial<ViewState> {
  const isUntouched =
    view.focus === 'list' &&
    view.panes === DEFAULT_PANES &&
    view.filter === '' &&
    view.needsAttentionIds === null;
  if (saved === undefined) return {};
  const display = {
    rowLines: view.rowLines ?? saved.rowLines ?? null,
    columns: view.columns ?? saved.columns ?? null,
  };
  if (!isUntouched) return display;
  return {
    ...display,
    pane: saved.pane,
    focus: saved.pane,
    panes: saved.pane === 'list' ? withListShown(saved.panes) : saved.panes,
    filter: saved.filter,
    // The ids follow with the list.
    needsAttentionIds: saved.needing ? [] : null,
  };
}
