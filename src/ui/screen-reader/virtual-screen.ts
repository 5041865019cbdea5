import type { Size } from '../../store/slices/screen.ts';
import { FRAME_SIZE, geometry } from '../../view/layout/geometry.ts';

/** The rows of a page, independent of the terminal: a Braille display may have a single row. */
const ROWS = 24;
const MIN_COLUMNS = 40;

/** The size for key handling without a drawn screen: both panes are visible, and transcript lines are as wide as the terminal. */
export function virtualScreenSize({ columns }: Pick<Size, 'columns'>): Size {
  const wanted = Math.max(MIN_COLUMNS, columns) + FRAME_SIZE;
  let size: Size = { columns: wanted, rows: ROWS };
  for (;;) {
    const where = geometry(size, 'list', 1, 0);
    if (where.kind === 'wide' && (where.detail?.width ?? 0) >= wanted) return size;
    size = { columns: size.columns + 1, rows: ROWS };
  }
}
