import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd, truncate } from '../domain/text/width.ts';

const GAP = '  ';
/** The last column is not cut below this, however narrow the terminal is. */
const LEAST = 10;

/**
 * Rows under a heading, aligned by what the texts take on a terminal; every cell becomes one safe line. The last
 * column is cut to fit `columns`, where there are any.
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  columns?: number,
): string {
  const cells = [heading, ...rows.map((row) => row.map(sanitiseLine))];
  const widths = heading.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), 0),
  );
  const last = heading.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST, columns - before);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === last
          ? room === Number.POSITIVE_INFINITY
            ? cell
            : truncate(cell, room)
          : padEnd(cell, widths[column] ?? 0),
      )
      .join(GAP)
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}
