import type { Column, RowLines } from '../domain/list-display.ts';
import type { State } from './state.ts';

/** From this many rows of the terminal on, rows of the list have two lines. */
const ROWS_FOR_TWO_LINES = 40;

/** The choice of the user, else the setting. */
export const rowLines = ({ view, settings }: Pick<State, 'view' | 'settings'>): RowLines =>
  view.rowLines ?? settings.rows;

/** The lines of a task's row: the same for all tasks of a view. A heading has one line. */
export function rowHeight(state: Pick<State, 'view' | 'settings' | 'size'>): 1 | 2 {
  const lines = rowLines(state);
  if (lines !== 'auto') return lines;
  return state.view.needsAttentionIds !== null || state.size.rows >= ROWS_FOR_TWO_LINES ? 2 : 1;
}

/** The columns to show, in their order: the choice of the user, else the setting. */
export const columnsOf = ({ view, settings }: Pick<State, 'view' | 'settings'>): readonly Column[] =>
  view.columns ?? settings.columns;
