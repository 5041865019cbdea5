import { FRAME, geometry } from '../../store/geometry.ts';
import type { Size } from '../../store/state.ts';

/** So many rows are a page, whatever the terminal has: a Braille line is a terminal too. */
const ROWS = 24;
const LEAST_COLUMNS = 40;

/** The screen that the keys act on where none is drawn: both panes are there, and a conversation's lines are as long as the terminal's. */
export function linearSize({ columns }: Pick<Size, 'columns'>): Size {
  const wanted = Math.max(LEAST_COLUMNS, columns) + FRAME;
  let size: Size = { columns: wanted, rows: ROWS };
  for (;;) {
    const where = geometry(size, 'list', 1, 0);
    if (where.kind === 'wide' && (where.detail?.width ?? 0) >= wanted) return size;
    size = { columns: size.columns + 1, rows: ROWS };
  }
}
