/** The usual size for a terminal that reports none. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };
/** Larger numbers come from broken drivers or programs. */
const MAX_CELLS = 10_000;

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The size to draw for, in cells. 0 (serial lines, containers), more than 10,000 (broken drivers) or a missing number count as
 * 80 columns or 24 rows.
 */
export const usableSize = ({ columns, rows }: Partial<Size>): Size => ({
  columns: usable(columns) ?? DEFAULT_SIZE.columns,
  rows: usable(rows) ?? DEFAULT_SIZE.rows,
});

/** The width for a table on this stream; undefined if it is no terminal. */
export const tableColumns = ({ columns }: Partial<Size>): number | undefined =>
  columns === undefined ? undefined : usableSize({ columns }).columns;

const usable = (cells: number | undefined): number | undefined =>
  cells !== undefined && cells > 0 && cells <= MAX_CELLS ? cells : undefined;
