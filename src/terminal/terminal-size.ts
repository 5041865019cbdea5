/** What a terminal has whose size nothing says, as everywhere. */
const DEFAULT_SIZE = { columns: 80, rows: 24 };
/** No terminal is larger; a larger number is a mistake of a driver or a program in between. */
const MAX_CELLS = 10_000;

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The size to draw for, in cells. A serial line or a container without a window reports 0 x 0, and broken drivers report
 * 65,535: what is 0, above 10,000 or missing counts as 80 columns or 24 rows.
 */
export const usableSize = ({ columns, rows }: Partial<Size>): Size => ({
  columns: usable(columns) ?? DEFAULT_SIZE.columns,
  rows: usable(rows) ?? DEFAULT_SIZE.rows,
});

/** How wide a table for this stream may be; undefined where it is no terminal. */
export const tableColumns = ({ columns }: Partial<Size>): number | undefined =>
  columns === undefined ? undefined : usableSize({ columns }).columns;

const usable = (cells: number | undefined): number | undefined =>
  cells !== undefined && cells > 0 && cells <= MAX_CELLS ? cells : undefined;
