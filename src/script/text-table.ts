import { sanitiseLine } from '../domain/text/sanitise.ts';
import { displayWidth, padEnd, truncate } from '../domain/text/width.ts';

const GAP = '  ';
/** Minimum width of an elastic column. */
const MIN_WIDTH = 8;

export interface Column {
  readonly heading: string;
  /** May be truncated on a narrow terminal; names to copy must not be. */
  readonly elastic: boolean;
}

/**
 * Rows under a heading, aligned by display width; cells are sanitised. `terminal`: columns of the terminal, which the
 * elastic columns must fit.
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

/** Shrinks the widest elastic columns first, so that narrow ones stay whole. */
function fitWidths(natural: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const share = (limit: number): readonly number[] =>
    natural.map((width, at) => (columns[at]?.elastic === true ? Math.min(width, limit) : width));
  let limit = Math.max(...natural);
  while (limit > MIN_WIDTH && sum(share(limit)) > room) limit -= 1;
  const widths = share(limit);
  // The last step may shrink too much: the last column gets the rest.
  const last = columns.length - 1;
  const left = room - sum(widths);
  return widths.map((width, at) =>
    at === last && columns[at]?.elastic === true && left > 0
      ? Math.min(natural[at] ?? 0, width + left)
      : width,
  );
}
