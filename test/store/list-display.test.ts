import { expect, it } from 'vitest';
import { columnsOf, rowHeight } from '../../src/store/list-display.ts';
import type { State } from '../../src/store/state.ts';
import { makeTask } from '../domain/builders.ts';
import { applyEvents, emptyState, listReceived } from './state-builders.ts';

const withRows = (rows: State['settings']['rows'], state: State): State => ({
  ...state,
  settings: { ...state.settings, rows },
});
const at = (rows: number) => applyEvents(emptyState({ columns: 80, rows }), listReceived([makeTask({})]));

it('rows have two lines from 40 rows of the terminal on, and among tasks that need you', () => {
  expect(rowHeight(at(39))).toBe(1);
  expect(rowHeight(at(40))).toBe(2);
  expect(rowHeight(applyEvents(at(24), { type: 'attention-filter-changed', on: true }))).toBe(2);
});

it('the choice of the user replaces the setting, which replaces the rule', () => {
  const one = withRows(1, at(40));
  expect(rowHeight(one)).toBe(1);
  expect(rowHeight(applyEvents(one, { type: 'row-lines-chosen', lines: 2 }))).toBe(2);
  expect(rowHeight(applyEvents(one, { type: 'row-lines-chosen', lines: 'auto' }))).toBe(2);
});

it('the chosen columns replace those of the settings until the choice is undone', () => {
  const chosen = applyEvents(at(24), { type: 'columns-chosen', columns: ['age'] });
  expect(columnsOf(chosen)).toEqual(['age']);
  expect(columnsOf(applyEvents(chosen, { type: 'columns-chosen', columns: null }))).toBe(
    chosen.settings.columns,
  );
});
