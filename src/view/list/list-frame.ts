import { canListMore } from '../../store/list-completeness.ts';
import { selectedIndex, visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { type Extent, FRAME_SIZE, listTaskRows } from '../layout/geometry.ts';
import { frame } from '../rows/frame.ts';
import { scrollIntoView } from '../rows/scroll-into-view.ts';
import type { Theme } from '../theme.ts';
import { listLines, listStatus, listTitle } from './list-lines.ts';
import { emptyLines } from './problem-lines.ts';

export interface ListFrame {
  readonly lines: readonly string[];
  /** The index of the first visible task, and its largest possible value. */
  readonly top: number;
  readonly lastTop: number;
  /** The number of rows for tasks. */
  readonly rows: number;
}

/**
 * The rows of the list pane. `topBefore` is the first visible task of the last frame. The window moves to the selected task,
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
  const rows = listTaskRows(extent) - (state.view.overlay?.kind === 'filter' ? 1 : 0);
  const inside = width - FRAME_SIZE;
  const tasks = visibleTasks(state);
  const taskRows = Math.max(1, rows - state.pendingCreations.length);
  // The row below the last task of a list that is cut.
  const more = canListMore(state) ? 1 : 0;
  const lastTop = Math.max(0, tasks.length + more - taskRows);
  const selected = selectedIndex(state);
  const shown = selected === tasks.length - 1 ? selected + more : selected;
  const top = scrolledAway
    ? Math.min(topBefore, lastTop)
    : scrollIntoView(topBefore, shown, taskRows, tasks.length + more);
  const isEmpty = tasks.length === 0 && state.pendingCreations.length === 0;
  const lines = isEmpty
    ? emptyLines(state, theme, inside).slice(0, rows)
    : listLines(state, theme, inside, rows, top);
  const about = {
    title: listTitle(state),
    status: listStatus(state, taskRows),
    focused: state.view.focus === 'list' && state.view.overlay?.kind !== 'options',
    width,
    height,
  };
  return { lines: frame(lines, about, theme), top, lastTop, rows: taskRows };
}
