import { FRAME_SIZE, geometry } from '../../store/geometry.ts';
import type { Size } from '../../store/state.ts';

/** So many rows are a page, whatever the terminal has: a Braille line is a terminal too. */
const ROWS = 24;
const MIN_COLUMNS = 40;

/** The screen that the keys act on where none is drawn: both panes are there, and a conversation's lines are as long as the terminal's. */
export function virtualScreenSize({ columns }: Pick<Size, 'columns'>): Size {
  const wanted = Math.max(MIN_COLUMNS, columns) + FRAME_SIZE;
  let size: Size = { columns: wanted, rows: ROWS };
  for (;;) {
    const where = geometry(size, 'list', 1, 0);
    if (where.kind === 'wide' && (where.detail?.width ?? 0) >= wanted) return size;
    size = { columns: size.columns + 1, rows: ROWS };
  }
}
