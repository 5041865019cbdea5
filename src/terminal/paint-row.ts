import { type Row, sameCell } from './cells.ts';
import type { Pen } from './pen.ts';
import { PLAIN } from './styles.ts';

/** Erasing takes this many bytes, so as many blanks are as good. */
const ERASE_BYTES = 3;
/** Unchanged cells between two changed ones: to write this many again is as short as to jump over them. */
const GAP = 4;

/**
 * Draws what differs between two rows of `columns` cells; `old` is null when nothing is known about what is there.
 * Cells that stay as they are are never touched, except by what they already show.
 */
export function paintRow(pen: Pen, y: number, old: Row | null, next: Row, columns: number): void {
  /** Cells before this column must be drawn even if they seem to be the same. */
  let spoiled = 0;
  const changed = (x: number): boolean => x < spoiled || old === null || !sameCell(old, next, x);

  for (let x = 0; x < columns; ) {
    if (!changed(x)) {
      x++;
      continue;
    }
    if (x >= next.end) {
      const last = old === null ? columns : Math.max(old.end, spoiled);
      if (last - x > ERASE_BYTES) {
        pen.moveTo(x, y);
        pen.eraseRest();
        return;
      }
    }
    // Never begin in the middle of a wide character.
    while (x > 0 && next.texts[x] === '') x--;
    pen.moveTo(x, y);
    do {
      const over = pen.put(next.texts[x] ?? ' ', widthAt(next, x, columns), next.styles[x] ?? PLAIN);
      x += widthAt(next, x, columns);
      if (over > 0) spoiled = Math.max(spoiled, Math.min(columns, x + over));
    } while (x < next.end && pen.x === x && (changed(x) || worthWriting(pen, next, x, columns, changed)));
  }
}

/** How many columns the character at `x` takes: itself and the empty cells behind it. */
function widthAt(row: Row, x: number, columns: number): number {
  let width = 1;
  while (x + width < columns && row.texts[x + width] === '') width++;
  return width;
}

/** Whether the unchanged cells from `x` on are so few, and so alike, that jumping over them is no shorter. */
function worthWriting(
  pen: Pen,
  row: Row,
  x: number,
  columns: number,
  changed: (x: number) => boolean,
): boolean {
  const stop = Math.min(columns, x + GAP);
  for (let at = x; at < stop; at++) {
    if (changed(at)) return true;
    const text = row.texts[at] ?? '';
    if (row.styles[at] !== pen.style || text.length !== 1 || text > '~') return false;
  }
  return stop < columns && changed(stop);
}
