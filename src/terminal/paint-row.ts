import type { CellWriter } from './cell-writer.ts';
import type { Row } from './cells.ts';
import { PLAIN } from './styles.ts';

/** Erasing takes this many bytes, so as many blanks are as good. */
const ERASE_BYTES = 3;
/** Unchanged cells between two changed ones: to write this many again is as short as to jump over them. */
const GAP = 4;
/** Equal to no row at all, and to be erased to its last column. */
const UNKNOWN_ROW: Row = { texts: [], styles: [], end: Number.MAX_SAFE_INTEGER };

/**
 * Draws what differs between two rows of `columns` cells; `before` is null when nothing is known about what is there.
 * Cells that stay as they are are never touched, except by what they already show.
 */
export function paintRow(
  writer: CellWriter,
  y: number,
  before: Row | null,
  next: Row,
  columns: number,
): void {
  const old = before ?? UNKNOWN_ROW;
  const { texts, styles, end } = next;
  /** Cells before this column must be drawn even if they seem to be the same. */
  let redrawUntil = 0;
  for (let x = 0; x < columns; ) {
    if (x >= redrawUntil && texts[x] === old.texts[x] && styles[x] === old.styles[x]) {
      x++;
      continue;
    }
    if (x >= end && Math.min(columns, Math.max(old.end, redrawUntil)) - x > ERASE_BYTES) {
      writer.moveTo(x, y);
      writer.eraseToEnd();
      return;
    }
    // Never begin in the middle of a wide character.
    while (x > 0 && texts[x] === '') x--;
    writer.moveTo(x, y);
    do {
      let width = 1;
      while (texts[x + width] === '') width++;
      const over = writer.writeCharacter(texts[x] ?? ' ', width, styles[x] ?? PLAIN);
      x += width;
      if (over > 0) redrawUntil = Math.max(redrawUntil, Math.min(columns, x + over));
    } while (x < end && writer.x === x && (x < redrawUntil || isWorthWriting(writer, old, next, x, columns)));
  }
}

/** Whether the cell at `x` changed, or is followed by a changed one so soon that jumping over them is no shorter. */
function isWorthWriting(writer: CellWriter, old: Row, next: Row, x: number, columns: number): boolean {
  const stop = Math.min(columns - 1, x + GAP);
  for (let at = x; at <= stop; at++) {
    const text = next.texts[at] ?? '';
    const style = next.styles[at];
    if (text !== old.texts[at] || style !== old.styles[at]) return true;
    if (style !== writer.style || text.length !== 1 || text > '~') return false;
  }
  return false;
}
