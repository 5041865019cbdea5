import { ALL_TASKS } from '../../domain/saved-view.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { padEnd } from '../../domain/text/width.ts';
import { appliedView, savedViews } from '../../store/saved-views.ts';
import type { State } from '../../store/state.ts';
import { viewCounts } from '../../store/view-counts.ts';
import type { PickerItem } from './picker-rows.ts';

/** Columns of a name, before the count. */
const NAME_COLUMNS = 24;

const WITHOUT_FILTER = { needing: 'Tasks that need you.', all: 'All tasks.' } as const;

/** The saved views with the number of tasks in each, and which of them is applied. */
export function viewItems(state: State): readonly PickerItem[] {
  const numbers = viewCounts(state);
  const applied = appliedView(state);
  return savedViews(state).map((view) => {
    const { id, name, filter, key } = view;
    const safeName = sanitiseLine(name);
    const title = /^\d$/u.test(id) ? `${id} ${safeName}` : safeName;
    const count = numbers.get(id);
    const about =
      filter === '' ? WITHOUT_FILTER[view.needsYou ? 'needing' : 'all'] : `Filter: ${sanitiseLine(filter)}.`;
    return {
      id,
      label: count === undefined ? title : `${padEnd(title, NAME_COLUMNS)} ${count}`,
      ...(key !== null && { keys: [key] }),
      about:
        id === applied?.id && id !== ALL_TASKS ? `${about} Applied: enter shows all tasks again.` : about,
      // An empty text would match an empty search first.
      words: [id, safeName, sanitiseLine(filter)].filter(Boolean),
    };
  });
}
