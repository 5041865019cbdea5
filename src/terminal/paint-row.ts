import type { CellWriter } from './cell-writer.ts';
import type { Row } from './cells.ts';
import { PLAIN } from './styles.ts';

/** The length of the erase sequence: as many blanks are no longer. */
const ERASE_BYTES = 3;
/** Rewriting this many unchanged cells is no longer than a cursor move over them. */
const GAP = 4;
/** Differs from every row and needs erasing up to its last column. */
const UNKNOWN_ROW: Row = { texts: [], styles: [], end: Number.MAX_SAFE_INTEGER };

/** Draws the cells that differ between two rows of `columns` cells; `before` is null if the screen is unknown. */
export function paintRow(
  writer: CellWriter,
  y: number,
  before: Row | null,
  next: Row,
  columns: number,
): void {
  const old = before ?? UNKNOWN_ROW;
  const { texts, styles, end } = next;
  /** Cells before this column were overwritten and must be drawn again. */
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
    // Never start in the middle of a wide character.
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

/** Whether the cell at `x` changed, or a changed one follows so soon that a cursor move is no shorter. */
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
