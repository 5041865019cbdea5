import type { EditBuffer } from './buffer.ts';
import { layoutText, offsetAt } from './layout.ts';

/** One shown row up, as near to the goal column as it gets; the same buffer on the first row. `width` in columns. */
export const up = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, -1);

/** One shown row down; the same buffer on the last row. `width` in columns. */
export const down = (buffer: EditBuffer, width: number): EditBuffer => moveRows(buffer, width, 1);

function moveRows(buffer: EditBuffer, width: number, rows: number): EditBuffer {
  const shown = layoutText(buffer, width);
  const target = shown.rows[shown.cursorRow + rows];
  if (target === undefined) return buffer;
  const goal = buffer.goalColumn ?? shown.cursorColumn;
  return { text: buffer.text, cursor: offsetAt(target, goal), goalColumn: goal };
}
