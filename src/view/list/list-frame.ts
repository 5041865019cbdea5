import { scopeSuffix } from '../../domain/owner-scope.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { type ListItem, selectedItemIndex } from '../../store/list-items.ts';
import { isFiltered, matchingRows } from '../../store/matching-rows.ts';
import { appliedViewName } from '../../store/saved-views.ts';
import { selectedIndex, visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE, listTaskRows } from '../layout/geometry.ts';
import { frame } from '../rows/frame.ts';
import type { Theme } from '../theme.ts';
import { creationLines, listHeights, listLines } from './list-lines.ts';
import { isScrollable, itemAtLine, lastTopOf, scrolledTop, topFor } from './list-window.ts';
import { emptyLines } from './problem-lines.ts';

/** The title of the list, with scope and filter. */
export function listTitle(state: State): string {
  const { view, listedScope } = state;
  const tasks = `${listedScope.archived ? 'Archived chats' : 'Tasks'}${sanitiseLine(scopeSuffix(listedScope))}`;
  const what = view.needsAttentionIds === null ? tasks : `${tasks} that need you`;
  if (view.filter === '') return what;
  const name = appliedViewName(state);
  return `${what} ${sanitiseLine(name === null ? `/${view.filter}` : `· ${name}`)}`;
}

/** Sort order, position and number of hidden tasks; longest variant first. `isScrollable`: not all have room. */
export function listStatus(state: State, isScrollable: boolean): string[] {
  const visibleCount = visibleTasks(state).length;
  const hidden = isFiltered(state) ? state.tasks.length - matchingRows(state).length : 0;
  const index = selectedIndex(state);
  const place = isScrollable && index !== -1 ? `${index + 1} of ${visibleCount}` : '';
  const rest = hidden > 0 ? `${hidden} hidden` : '';
  const sort = `by ${state.view.sort}${state.view.sortReversed ? ', reversed' : ''}`;
  return [[sort, place, rest], [place, rest], [place || rest]].map((words) =>
    words.filter(Boolean).join(' · '),
  );
}

export interface ListFrame {
  readonly lines: readonly string[];
  /** The index of the first visible item. */
  readonly top: number;
  /** The task or heading at a line inside the frame, from 0; null where there is none. */
  itemAt(line: number): ListItem | null;
  /** The first visible item after the wheel scrolled by `lines`. */
  scrolledBy(lines: number): number;
}

/**
 * The rows of the list pane. `topBefore` is the first visible item of the last frame. The window moves to the selected one,
 * unless the user has scrolled away.
 */
export function listFrame(
  state: State,
  theme: Theme,
  extent: Extent,
  topBefore: number,
  scrolledAway = false,
): ListFrame {
  const { width, height } = extent;
  const inside = width - FRAME_SIZE;
  const rows = linesInside(state, extent);
  const above = creationLines(state);
  const itemLines = Math.max(1, rows - above);
  const heights = listHeights(state);
  const top = scrolledAway
    ? Math.min(topBefore, lastTopOf(heights, itemLines))
    : topFor(heights, topBefore, selectedItemIndex(state), itemLines);
  const isEmpty = heights.items.length === 0 && state.pendingCreations.length === 0;
  const lines = isEmpty
    ? emptyLines(state, theme, inside).slice(0, rows)
    : listLines(state, theme, inside, rows, top);
  const about = {
    title: listTitle(state),
    status: listStatus(state, isScrollable(heights, itemLines)),
    focused: state.view.focus === 'list' && state.view.overlay?.kind !== 'options',
    width,
    height,
  };
  return {
    lines: frame(lines, about, theme),
    top,
    itemAt: (line) =>
      line < above || line >= rows ? null : (itemAtLine(heights, top, line - above) ?? null),
    scrolledBy: (by) => scrolledTop(heights, top, by, itemLines),
  };
}

/** The lines for rows; the field of an open filter has the last one. */
const linesInside = ({ view }: State, extent: Extent): number =>
  listTaskRows(extent) - (view.overlay?.kind === 'filter' ? 1 : 0);
