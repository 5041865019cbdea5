/** What a terminal has whose size nothing says, as everywhere. */
const USUAL = { columns: 80, rows: 24 };
/** No terminal is larger; a larger number is a mistake of a driver or a program in between. */
const MOST = 10_000;

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The size to draw for, in cells. A serial line or a container without a window reports 0 x 0, and broken drivers report
 * 65,535: what is 0, above 10,000 or missing counts as 80 columns or 24 rows.
 */
export const usableSize = ({ columns, rows }: Partial<Size>): Size => ({
  columns: usable(columns) ?? USUAL.columns,
  rows: usable(rows) ?? USUAL.rows,
});

/** How wide a table for this stream may be; undefined where it is no terminal. */
export const tableColumns = ({ columns }: Partial<Size>): number | undefined =>
  columns === undefined ? undefined : usableSize({ columns }).columns;

const usable = (cells: number | undefined): number | undefined =>
  cells !== undefined && cells > 0 && cells <= MOST ? cells : undefined;
