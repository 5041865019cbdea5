import { didYouMean } from './text/did-you-mean.ts';

/** The columns of the list beside the title, in the order in which they are shown by default. */
export const COLUMNS = [
  'changes',
  'owner',
  'template',
  'directory',
  'link',
  'created',
  'activity',
  'phase',
  'age',
] as const;

/** A column of the list. */
export type Column = (typeof COLUMNS)[number];

/** The columns without a setting. */
export const DEFAULT_COLUMNS: readonly Column[] = ['changes', 'owner', 'activity', 'phase', 'age'];

export const isColumn = (value: unknown): value is Column => COLUMNS.some((column) => column === value);

/** The lines of a task's row; `auto`: two where there is room for them. */
export type RowLines = 1 | 2 | 'auto';

export const isRowLines = (value: unknown): value is RowLines =>
  value === 1 || value === 2 || value === 'auto';

/** Why a value cannot be in a list of columns after those before it, without a final period; null if it can. */
export function columnFault(value: unknown, before: readonly unknown[]): string | null {
  if (isColumn(value)) return before.includes(value) ? 'is listed twice' : null;
  const hint = typeof value === 'string' ? didYouMean(value, COLUMNS) : '';
  return `is not a column. ${hint === '' ? `Columns: ${COLUMNS.join(', ')}` : hint}`;
}

/** The order of all columns where `listed` come first: the default one with nothing else. */
const orderOf = (listed: readonly Column[]): readonly Column[] =>
  listed === DEFAULT_COLUMNS ? COLUMNS : [...listed, ...COLUMNS.filter((column) => !listed.includes(column))];

/** The columns with this one shown, if it was hidden, or hidden. The order is that of the setting. */
export function toggledColumn(
  shown: readonly Column[],
  setting: readonly Column[],
  toggled: Column,
): readonly Column[] {
  const isShown = (column: Column): boolean => shown.includes(column) !== (column === toggled);
  return orderOf(setting).filter(isShown);
}
