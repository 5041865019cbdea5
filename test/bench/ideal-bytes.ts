import { type Grid, type GridCell, isSame } from './screen-grid.ts';

const RESET = 3;
const ERASE_TO_END = 3;
const IMPOSSIBLE = Number.POSITIVE_INFINITY;

/**
 * The bytes that a good cell differ needs from one screen to another: the cheapest cursor move or rewriting to each
 * change, minimal SGR, erased row ends. Greedy and without scroll regions. Figures are ratios to it.
 */
export function idealBytes(before: Grid, after: Grid): number {
  let bytes = 0;
  let { x: atX, y: atY } = before;
  let style = '';
  for (const [y, row] of after.rows.entries()) {
    const end = lastNonBlank(row) + 1;
    let x = 0;
    while (x < row.length) {
      const cell = row[x];
      if (cell === undefined || cell.width === 0 || isSame(before.rows[y]?.[x], cell)) {
        x++;
        continue;
      }
      const over = atY === y && atX <= x ? overwriting(row.slice(atX, x), style) : IMPOSSIBLE;
      bytes += Math.min(over, moving(atX, atY, x, y));
      atX = x;
      atY = y;
      if (x >= end) {
        bytes += restyling(style, '') + ERASE_TO_END;
        style = '';
        break;
      }
      bytes += restyling(style, cell.style) + Buffer.byteLength(cell.text);
      style = cell.style;
      atX += cell.width;
      x += cell.width;
    }
  }
  return bytes + (style === '' ? 0 : RESET);
}

function lastNonBlank(row: readonly GridCell[]): number {
  return row.findLastIndex(({ text, style }) => text !== ' ' || style !== '');
}

/** Rewriting unchanged cells up to a change costs their characters, if the style is the same. */
function overwriting(gap: readonly GridCell[], style: string): number {
  if (gap.some((cell) => cell.style !== style)) return IMPOSSIBLE;
  return gap.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

function moving(fromX: number, fromY: number, x: number, y: number): number {
  if (fromX === x && fromY === y) return 0;
  // CSI row ; column H
  let min = 3 + digits(y + 1) + (x > 0 ? 1 + digits(x + 1) : 0);
  if (fromY === y) {
    // CR; CSI column G; CSI count C or D; backspaces
    if (x === 0) return 1;
    min = Math.min(min, 3 + digits(x + 1), 3 + digits(Math.abs(x - fromX)));
    if (x < fromX) min = Math.min(min, fromX - x);
  } else if (y > fromY) {
    if (x === 0) min = Math.min(min, 1 + y - fromY);
    if (x === fromX) min = Math.min(min, y - fromY);
  }
  return min;
}

/** A parameter of 1 is omitted. */
const digits = (count: number): number => (count > 1 ? String(count).length : 0);

function restyling(from: string, to: string): number {
  if (from === to) return 0;
  if (to === '') return RESET;
  const fromDefault = RESET + to.length;
  if (from === '') return fromDefault;
  const added = to.startsWith(`${from};`) ? RESET + to.length - from.length - 1 : IMPOSSIBLE;
  // `0;` resets the old style.
  return Math.min(fromDefault + 2, added);
}
