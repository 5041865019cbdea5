import { scopeSuffix } from '../../domain/owner-scope.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { isFiltered, matchingRows } from '../../store/matching-rows.ts';
import { appliedViewName } from '../../store/saved-views.ts';
import { selectedIndex, visibleTasks } from '../../store/selectors.ts';
import type { State } from '../../store/state.ts';

/** The title of the list, with scope and filter. */
export function listTitle(state: State): string {
  const { view, listedScope } = state;
  const tasks = `${listedScope.archived ? 'Archived chats' : 'Tasks'}${sanitiseLine(scopeSuffix(listedScope))}`;
  const what = view.needsAttentionIds === null ? tasks : `${tasks} that need you`;
  if (view.filter === '') return what;
  const name = appliedViewName(state);
  return `${what} ${sanitiseLine(name === null ? `/${view.filter}` : `· ${name}`)}`;
}

/** Sort order, position and number of hidden tasks; longest variant first. `isScrollable`: not all have room. */
export function listStatus(state: State, isScrollable: boolean): string[] {
  const visibleCount = visibleTasks(state).length;
  const hidden = isFiltered(state) ? state.tasks.length - matchingRows(state).length : 0;
  const index = selectedIndex(state);
  const place = isScrollable && index !== -1 ? `${index + 1} of ${visibleCount}` : '';
  const rest = hidden > 0 ? `${hidden} hidden` : '';
  const sort = `by ${state.view.sort}${state.view.sortReversed ? ', reversed' : ''}`;
  return [[sort, place, rest], [place, rest], [place || rest]].map((words) =>
    words.filter(Boolean).join(' · '),
  );
}
