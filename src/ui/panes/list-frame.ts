import { type Extent, FRAME_SIZE, listTaskRows } from '../../store/geometry.ts';
import { selectedIndex, visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { frame } from '../widgets/frame.ts';
import { scrollIntoView } from '../widgets/scroll-into-view.ts';
import { listLines, listStatus, listTitle } from './list-lines.ts';
import { emptyLines } from './problem-lines.ts';

export interface ListFrame {
  readonly lines: readonly string[];
  /** Which task is the first that is shown, and which is the last that can be. */
  readonly top: number;
  readonly lastTop: number;
  /** How many rows tasks have. */
  readonly rows: number;
}

/**
 * The pane of the tasks, row by row, where the task at `topBefore` was its first. The window moves so that the selected
 * one is in it, or stays where it was `left`.
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
  const lastTop = Math.max(0, tasks.length - taskRows);
  const top = scrolledAway
    ? Math.min(topBefore, lastTop)
    : scrollIntoView(topBefore, selectedIndex(state), taskRows, tasks.length);
  const isEmpty = tasks.length === 0 && state.pendingCreations.length === 0;
  const lines = isEmpty
    ? emptyLines(state, theme, inside).slice(0, rows)
    : listLines(state, theme, inside, rows, top);
  const about = {
    title: listTitle(state),
    status: listStatus(state, taskRows),
    focused: state.view.focus === 'list',
    width,
    height,
  };
  return { lines: frame(lines, about, theme), top, lastTop, rows: taskRows };
}
