import { parentIdOf } from '../domain/families.ts';
import { asksUser } from '../domain/needs-attention.ts';
import type { Task } from '../domain/task.ts';
import { familiesIn } from './families.ts';
import { isFiltered } from './matching-rows.ts';
import { needsAttentionIn } from './slices/attention.ts';
import { collapsedGroups, withCollapsed } from './slices/row-groups.ts';
import { type State, withChange } from './state.ts';
import { taskById } from './task-index.ts';

/** The id of the listed task that a sub-agent belongs to; null for other tasks, and for one without listed parents. */
export const rootIdOf = ({ tasks }: Pick<State, 'tasks'>, id: string): string | null =>
  familiesIn(tasks).rootIds.get(id) ?? null;

/** The chat that started this one; null when it is not listed. */
export const parentOf = (state: Pick<State, 'tasks'>, task: Task): Task | null =>
  taskById(state, parentIdOf(task));

/** The ids of the sub-agents of a task. */
export const childIdsOf = ({ tasks }: Pick<State, 'tasks'>, id: string): readonly string[] =>
  familiesIn(tasks).childIds.get(id) ?? [];

/** Whether any listed task has sub-agents. */
export const hasFamilies = ({ tasks }: Pick<State, 'tasks'>): boolean => familiesIn(tasks).rootIds.size > 0;

/** Whether the sub-agents of a task have no rows; null when it has none. With a filter, matching ones have rows. */
export const isFolded = (state: State, id: string): boolean | null =>
  childIdsOf(state, id).length === 0 ? null : !isFiltered(state) && !state.view.unfolded.has(id);

/** Whether a sub-agent without a row needs an answer or attention; null for neither. */
export function needOfFolded(state: State, id: string): 'answer' | 'attention' | null {
  if (isFolded(state, id) !== true) return null;
  const needing = childIdsOf(state, id)
    .map((childId) => taskById(state, childId))
    .filter((child) => child !== null && needsAttentionIn(state, child));
  if (needing.length === 0) return null;
  return needing.some((child) => child !== null && asksUser(child)) ? 'answer' : 'attention';
}

/** Unfolds the task of the selected sub-agent, and expands the group of the selected task, so that it has a row. */
export function revealSelected(state: State): State {
  const { selected, unfolded } = state.view;
  if (selected === null) return state;
  const root = rootIdOf(state, selected);
  const next =
    root === null || unfolded.has(root) || isFiltered(state)
      ? state
      : withChange(state, { view: { unfolded: new Set([...unfolded, root]) } });
  const group = groupKeyIn(next, selected);
  return group !== null && collapsedGroups(next.view).has(group)
    ? withChange(next, { view: withCollapsed(next.view, [group], false) })
    : next;
}

/** The key of the group that holds the task's row; null without groups, and for a task that is not listed. */
export const groupKeyIn = (state: State, id: string): string | null =>
  state.groupKeys.get(rootIdOf(state, id) ?? id) ?? null;
