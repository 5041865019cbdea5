import { COLUMNS, type Column, isColumn, toggledColumn } from '../../domain/list-display.ts';
import { columnsOf } from '../../store/list-display.ts';
import type { State } from '../../store/state.ts';
import type { PickerItem } from './picker-rows.ts';

const ABOUT: Readonly<Record<Column, string>> = {
  changes: 'Pull request or worktree of a chat, and its changed lines.',
  owner: 'In lists that can have several owners.',
  template: 'Template of a task; agent or model of a chat.',
  directory: 'Repository of the worktree or pull request, or directory on this machine.',
  link: 'Link that the agent reported, or the pull request.',
  created: 'Time or date of the creation.',
  activity: 'Reports and messages of the last ten minutes, on screens of at least 100 columns.',
  phase: 'What the task does, in a word.',
  age: 'Time in the phase.',
};

const RESET = 'reset';

/** The columns of the list, each shown or not, and the way back to the settings while others are chosen. */
export const columnItems = (state: State): readonly PickerItem[] => {
  const shown = columnsOf(state);
  const columns = COLUMNS.map(
    (column): PickerItem => ({
      id: column,
      label: column,
      isOn: shown.includes(column),
      about: `${ABOUT[column]} A column takes room only where it has text and the titles leave it some.`,
      words: [column, ABOUT[column]],
    }),
  );
  if (state.view.columns === null) return columns;
  const about = `Shows the columns of the settings: ${state.settings.columns.join(', ') || 'none'}.`;
  return [...columns, { id: RESET, label: 'reset', about, words: ['reset', 'settings'] }];
};

/** The columns after an item was chosen; null for those of the settings. */
export const columnsAfter = (state: State, id: string): readonly Column[] | null =>
  isColumn(id) ? toggledColumn(columnsOf(state), state.settings.columns, id) : null;
