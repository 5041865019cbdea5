import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd, truncate } from '../domain/text/width.ts';

const GAP = '  ';
/** A column is not cut below this, however narrow the terminal is. */
const MIN_WIDTH = 8;

/** One column of a table. */
export interface Column {
  readonly heading: string;
  /** May be cut where the terminal is too narrow; what has to be whole, such as a name to copy, may not. */
  readonly elastic: boolean;
}

/**
 * Rows under a heading, aligned by what the texts take on a terminal; every cell becomes one safe line. Where the
 * terminal has `columns`, the elastic columns share what the others leave.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminal = Number.POSITIVE_INFINITY,
): string {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => row.map(sanitiseLine))];
  const natural = columns.map((_, at) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[at] ?? '')), 0),
  );
  const room = terminal - GAP.length * (columns.length - 1);
  const widths = fitWidths(natural, columns, room);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => {
        const width = widths[at] ?? 0;
        return padEnd(displayWidth(cell) > width ? truncate(cell, width) : cell, width);
      })
      .join(GAP)
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

/** Takes from the widest elastic column first, so that a narrow one is not cut for the sake of a wide one. */
function fitWidths(natural: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const share = (limit: number): readonly number[] =>
    natural.map((width, at) => (columns[at]?.elastic === true ? Math.min(width, limit) : width));
  let limit = Math.max(...natural);
  while (limit > MIN_WIDTH && sum(share(limit)) > room) limit -= 1;
  const widths = share(limit);
  // What the last step took too much goes to the last column, which is the one that people read on.
  const last = columns.length - 1;
  const left = room - sum(widths);
  return widths.map((width, at) =>
    at === last && columns[at]?.elastic === true && left > 0
      ? Math.min(natural[at] ?? 0, width + left)
      : width,
  );
}
