import { titleOf } from '../../domain/task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { selectedTask } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';
import { questionLines } from '../detail/question-lines.ts';
import { timelineBar, timelineStyle } from '../detail/timeline-line.ts';
import { FRAME_SIZE } from '../layout/geometry.ts';
import { screenLayout } from '../layout/screen-layout.ts';
import type { Theme } from '../theme.ts';
import type { PeekRow } from './peek-row.ts';
import { peekRows } from './peek-rows.ts';

/** The visible part of the peek. */
export interface PeekWindow {
  readonly taskId: string;
  readonly title: string;
  readonly rows: readonly PeekRow[];
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/** A blank at either side. */
const MARGIN_COLUMNS = 2;
/** Longer lines are hard to read. */
const MAX_WIDTH = 120;

/** Null when the peek is closed, no task is selected, or the screen is too small. */
export function peekWindow(state: State): PeekWindow | null {
  const where = screenLayout(state);
  const { overlay } = state.view;
  const task = selectedTask(state);
  if (overlay?.kind !== 'peek' || where.kind === 'tiny' || task === null) return null;
  const width = Math.min(MAX_WIDTH, where.body.width - FRAME_SIZE - MARGIN_COLUMNS);
  const height = where.body.height - FRAME_SIZE;
  const rows = peekRows(state, task, width);
  const wanted = overlay.taskId === task.id ? overlay.top : 0;
  const top = Math.max(0, Math.min(wanted, rows.length - height));
  return { taskId: task.id, title: sanitiseLine(titleOf(task)), rows, top, height, width };
}

/** The visible rows with styles, of which none is the only carrier of meaning. */
export const peekLines = ({ rows, top, height, width }: PeekWindow, theme: Theme): string[] =>
  rows.slice(top, top + height).map((row) => ` ${lineOf(row, theme, width)}`);

function lineOf(row: PeekRow, theme: Theme, width: number): string {
  switch (row.kind) {
    case 'strong':
      return theme.strong(row.text);
    case 'heading':
      return theme.accent(row.text);
    case 'dim':
      return theme.dim(row.text);
    case 'bad':
      return theme.bad(row.text);
    case 'plain':
      return row.text;
    case 'phase':
      return theme.phase(row.phase)(`${theme.glyphs.phase[row.phase]} ${row.text}`);
    case 'question':
      return questionLines([row.row], theme, width)[0] ?? '';
    case 'bar':
      return timelineBar(row.cells, theme);
    case 'sign':
      return `${timelineStyle(row.activity, theme)(theme.glyphs.timeline[row.activity].repeat(2))} ${row.text}`;
  }
}

/** The position if it does not fit on the screen. */
export const peekStatus = ({ top, height, rows }: PeekWindow): string[] =>
  rows.length <= height ? [] : [`${top + 1}–${Math.min(rows.length, top + height)} of ${rows.length}`];
