import { ACTIVITY_MINUTES } from '../../domain/activity.ts';
import type { Column } from '../../domain/list-display.ts';
import { displayWidth, truncate } from '../../domain/text/width.ts';
import { type Cell, CUT_AT_START } from './column-cells.ts';

/** The cells of a row by column; a missing one is empty. */
export type Cells = ReadonlyMap<Column, Cell>;

/** The columns of all rows of a window. */
export interface ColumnLayout {
  /** The columns of the title and of what stands beside it. */
  readonly title: number;
  /** In their order, each with a blank before it. */
  readonly columns: readonly PlacedColumn[];
  /** Whether the changes stand beside the title, in the room that it leaves in their row. */
  readonly hasChangesBesideTitle: boolean;
}

export interface PlacedColumn {
  readonly column: Column;
  readonly width: number;
}

/** The widths of a column. A fixed one has its whole width as soon as one row has text there. */
interface Widths {
  readonly fixed?: number;
  /** The longest text, in a narrow and in a wide list. */
  readonly max: readonly [narrow: number, wide: number];
  /** The least width that still says something. */
  readonly min: number;
}

const WIDTHS: Readonly<Record<Column, Widths>> = {
  phase: { fixed: 8, max: [8, 8], min: 8 },
  age: { fixed: 3, max: [3, 3], min: 3 },
  owner: { max: [8, 16], min: 5 },
  activity: { fixed: ACTIVITY_MINUTES, max: [ACTIVITY_MINUTES, ACTIVITY_MINUTES], min: ACTIVITY_MINUTES / 2 },
  template: { max: [12, 24], min: 6 },
  directory: { max: [16, 32], min: 8 },
  link: { max: [16, 40], min: 8 },
  created: { max: [6, 6], min: 5 },
  changes: { max: [18, 40], min: 4 },
};

/** A list of fewer columns is narrow. */
const MIN_WIDE = 80;

/** These have their place on any usual screen. All others then get room in their order here. */
const ALWAYS: readonly Column[] = ['phase', 'age'];
const BY_IMPORTANCE: readonly Column[] = [
  'owner',
  'activity',
  'changes',
  'template',
  'directory',
  'link',
  'created',
];

/** Columns that the longest title keeps where a column has more than its least width; a shorter title needs only its own. */
const MIN_TITLE = 18;
/** The same beside the activity, and beside the least width of a column. */
const MIN_TITLE_BESIDE_ACTIVITY = 24;
const MIN_TITLE_BESIDE_SHORT = 12;

/** The same beside the phase and the age. */
const MIN_ROOM = 4;

/**
 * Divides `room` columns between the title and the columns that have text in at least one row. A column without room is
 * left out. `longestTitle`: with what stands beside it.
 */
export function layoutColumns(
  columns: readonly Column[],
  rows: readonly Cells[],
  room: number,
  longestTitle: number,
): ColumnLayout {
  const hasChangesBesideTitle = columns[0] === 'changes';
  const used = columns.filter((column, index) => index > 0 || column !== 'changes');
  const widths = new Map<Column, number>();
  let title = room;
  const place = (column: Column, width: number): void => {
    widths.set(column, width);
    title -= width + 1;
  };
  const natural = new Map(used.map((column) => [column, naturalWidth(column, rows, room)]));
  const present = (column: Column): boolean => (natural.get(column) ?? 0) > 0;
  for (const column of ALWAYS.filter(present)) {
    const width = natural.get(column) ?? 0;
    if (title - width - 1 >= MIN_ROOM) place(column, width);
  }
  for (const column of BY_IMPORTANCE.filter(present)) {
    const width = natural.get(column) ?? 0;
    const least = Math.min(width, WIDTHS[column].min);
    const beside = column === 'activity' ? MIN_TITLE_BESIDE_ACTIVITY : MIN_TITLE;
    const free = title - 1 - Math.min(longestTitle, beside);
    const isThere = title - 1 - least >= Math.min(longestTitle, MIN_TITLE_BESIDE_SHORT);
    if (isThere) place(column, Math.max(least, Math.min(width, free)));
  }
  return {
    title: Math.max(1, title),
    columns: used.flatMap((column) => {
      const width = widths.get(column);
      return width === undefined ? [] : [{ column, width }];
    }),
    hasChangesBesideTitle,
  };
}

/** 0 for a column that is empty in all rows. */
function naturalWidth(column: Column, rows: readonly Cells[], room: number): number {
  const { fixed, max } = WIDTHS[column];
  const longest = Math.max(0, ...rows.map((cells) => displayWidth(cells.get(column)?.[0] ?? '')));
  return longest === 0 ? 0 : (fixed ?? Math.min(longest, max[room < MIN_WIDE ? 0 : 1]));
}

/** The text of a cell in its column: the first variant that fits, else a part of the last one. Not padded. */
export function cellText(cell: Cell | undefined, { column, width }: PlacedColumn): string {
  const text = cell?.find((variant) => displayWidth(variant) <= width) ?? cell?.at(-1) ?? '';
  // The newest minutes, without an ellipsis.
  if (column === 'activity') return text.slice(-width);
  return truncate(text, width, CUT_AT_START.includes(column) ? 'start' : 'end');
}
