import { GROUPING_NAMES, GROUPINGS, groupKeyOf } from '../../domain/task-group.ts';
import { counted } from '../../domain/text/format.ts';
import { phaseIn } from '../../store/slices/actions.ts';
import type { State } from '../../store/state.ts';
import type { PickerItem } from './picker-rows.ts';

/** The ways to group the list, with the number of groups of each. */
export const groupItems = (state: State): readonly PickerItem[] =>
  GROUPINGS.map((grouping) => {
    const keys = new Set(state.tasks.map((task) => groupKeyOf(task, phaseIn(state, task), grouping)));
    const name = GROUPING_NAMES[grouping];
    return {
      id: grouping,
      label: grouping === state.view.grouping ? `${name} (now)` : name,
      about: grouping === 'none' ? 'All tasks in one list.' : `${counted(keys.size, 'group')} now.`,
      words: [name, grouping],
    };
  });
