import { expect, it } from 'vitest';
import {
  COLUMNS,
  type Column,
  columnFault,
  DEFAULT_COLUMNS,
  toggledColumn,
} from '../../src/domain/list-display.ts';

it('a column that is shown again returns to its place in the setting', () => {
  const setting: readonly Column[] = ['age', 'owner', 'phase'];
  const without = toggledColumn(setting, setting, 'owner');
  expect(without).toEqual(['age', 'phase']);
  expect(toggledColumn(without, setting, 'owner')).toEqual(setting);
});

it('a column that the setting leaves out follows it', () => {
  expect(toggledColumn(['age'], ['age'], 'template')).toEqual(['age', 'template']);
});

it('without a setting all columns have a place', () => {
  const all = COLUMNS.filter((column) => !DEFAULT_COLUMNS.includes(column)).reduce(
    (shown, column) => toggledColumn(shown, DEFAULT_COLUMNS, column),
    DEFAULT_COLUMNS,
  );
  expect(all).toEqual(COLUMNS);
});

it('a wrong name has a hint, or all names', () => {
  expect(columnFault('phase', ['age'])).toBeNull();
  expect(columnFault('onwer', [])).toBe('is not a column. Did you mean "owner"?');
  expect(columnFault('xyz', [])).toMatch(/^is not a column\. Columns: changes, /u);
  expect(columnFault(7, [])).toMatch(/^is not a column\. Columns: changes, /u);
});
