import { GROUPING_NAMES } from '../../domain/task-group.ts';
import { isHeading, listItems } from '../../store/list-items.ts';
import { collapsedGroups } from '../../store/slices/row-groups.ts';
import type { State } from '../../store/state.ts';
import { groupKeyIn } from '../../store/task-tree.ts';
import { headingWords } from '../list/heading-line.ts';

/** Changes of the groups by the user. */
export function groupChangeWords({ view: old }: State, after: State): readonly string[] {
  const { view: now } = after;
  const collapsed = collapsedGroups(now).size - collapsedGroups(old).size;
  return [
    ...(old.grouping === now.grouping ? [] : [groupingWords(after)]),
    ...(collapsed === 0 || old.filter !== now.filter ? [] : [collapsed > 0 ? 'Collapsed.' : 'Expanded.']),
  ];
}

/** The groups with their numbers of tasks. */
function groupingWords(state: State): string {
  const { grouping } = state.view;
  if (grouping === 'none') return 'Not grouped.';
  const headings = listItems(state).filter(isHeading);
  return [`Grouped by ${GROUPING_NAMES[grouping].toLowerCase()}.`, ...headings.map(headingWords)].join(' ');
}

/** The group of the selected task, when the one before was in another group; empty otherwise. */
export function enteredGroupWords(before: State, after: State): readonly string[] {
  const keyIn = (state: State): string | null =>
    state.view.selected === null ? null : groupKeyIn(state, state.view.selected);
  const key = keyIn(after);
  if (key === null || key === keyIn(before)) return [];
  const heading = listItems(after)
    .filter(isHeading)
    .find((each) => each.key === key);
  return heading === undefined ? [] : [headingWords(heading)];
}
