import type { EditBuffer } from './buffer.ts';
import { layoutText, offsetAt } from './layout.ts';

/**
 * Moves up one screen row, as near to the goal column as possible; the same buffer on the first row. `width` in
 * columns.
 */
export const up = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, -1);

/** Moves down one screen row; the same buffer on the last row. `width` in columns. */
export const down = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, 1);

function moveRows(buffer: EditBuffer, width: number, rows: number): EditBuffer {
  const layout = layoutText(buffer, width);
  const target = layout.rows[layout.cursorRow + rows];
  if (target === undefined) return buffer;
  const goal = buffer.goalColumn ?? layout.cursorColumn;
  return { text: buffer.text, cursor: offsetAt(target, goal), goalColumn: goal };
}
