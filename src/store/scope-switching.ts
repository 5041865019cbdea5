import { keyFor } from '../domain/key-placeholder.ts';
import {
  EVERYONE,
  isSameScope,
  MINE,
  type OwnerScope,
  scopeIncludes,
  scopeKey,
  scopeOfOwner,
  withArchived,
} from '../domain/owner-scope.ts';
import { requestedArchived, requestedOwners } from '../domain/query-requests.ts';
import type { SourceId, Task } from '../domain/task.ts';
import { NEVER_LOADED } from './freshness.ts';
import { WHOLE_LIST } from './list-completeness.ts';
import { changeFreshness } from './list-freshness.ts';
import { parseFilter } from './matching-rows.ts';
import { visibleTasks } from './selectors.ts';
import type { Notice } from './slices/notices.ts';
import { parkMarks, setAttentionFilter, sortRows } from './slices/rows.ts';
import type { ParkedList } from './slices/tasks.ts';
import { type State, withChange } from './state.ts';
import { taskById } from './task-index.ts';

/** Null until the user is loaded. */
const ownName = ({ user }: State): string | null => user?.username ?? null;

/** Clears a filter that names other owners than a scope that the user has just selected. */
export const clearOtherFilter = (state: State): State =>
  isSameScope(effectiveScope(state), state.selectedScope)
    ? state
    : withChange(state, { view: { filter: '' } });

/** Switches to the effective scope if another one is listed. */
export function updateListedScope(state: State): State {
  if (state.rejectedScope !== null && state.rejectedScope.filter !== state.view.filter)
    return updateListedScope({ ...state, rejectedScope: null });
  if (state.view.filter === '' && state.listedScope === state.selectedScope) return state;
  const scope = effectiveScope(state);
  return isSameScope(scope, state.listedScope) ? state : switchListedScope(state, scope);
}

/**
 * The scope to list: the selected one, or the owners that the filter names if the selected scope does not include them.
 * Other parts of a filter (`status:`, words) only hide rows, so that counts and notifications include all tasks.
 */
function effectiveScope(state: State): OwnerScope {
  const { selectedScope, view, rejectedScope } = state;
  const isRejected = (scope: OwnerScope): boolean =>
    rejectedScope !== null &&
    rejectedScope.filter === view.filter &&
    isSameScope(rejectedScope.selectedScope, scope);
  // Do not query an owner while the user is still typing the name.
  if (view.overlay?.kind === 'filter' && !isRejected(state.listedScope)) return state.listedScope;
  const query = parseFilter(view.filter);
  const owners = ownersToList(state, requestedOwners(query));
  const scope = withArchived(owners, requestedArchived(query) ?? selectedScope.archived ?? false);
  return isRejected(scope) ? selectedScope : scope;
}

/** The selected owners, or those that the filter names if the selected ones do not include them. */
function ownersToList(state: State, owners: readonly string[] | null): OwnerScope {
  const { selectedScope } = state;
  if (owners === null || selectedScope.kind === 'everyone') return selectedScope;
  const name = selectedScope.kind === 'owner' ? selectedScope.name : (ownName(state) ?? 'me');
  const isIncluded = (owner: string): boolean =>
    owner === 'me' ? selectedScope.kind === 'mine' : name.toLowerCase().includes(owner);
  if (owners.every(isIncluded)) return selectedScope;
  const [only = '', ...others] = owners;
  return others.length === 0 ? scopeOfOwner(only) : EVERYONE;
}

/**
 * Parks the current list with the data of its tasks, and shows the last list of the other scope, which may be empty.
 * A task that is missing in a list of another scope does not count as gone.
 */
function switchListedScope(state: State, scope: OwnerScope): State {
  const key = scopeKey(scope);
  const { requestedAt } = state.listFreshness;
  const current: ParkedList | null =
    requestedAt === null ? null : { tasks: state.tasks, at: requestedAt, selected: state.view.selected };
  const parkedLists = new Map(state.parkedLists);
  if (current !== null) parkedLists.set(scopeKey(state.listedScope), current);
  const known =
    parkedLists.get(key) ??
    subsetForScope(
      parkedLists.get(scopeKey(withArchived(EVERYONE, scope.archived ?? false))),
      scope,
      ownName(state),
    );
  parkedLists.delete(key);

  const tasks = (known?.tasks ?? []).map((task) => latestVersion(state, task));
  const { view } = state;
  const old = { ...NEVER_LOADED, requestedAt: known?.at ?? null };
  const next: State = {
    ...state,
    listedScope: scope,
    listedSince: state.now,
    parkedLists,
    tasks,
    ...WHOLE_LIST,
    ...changeFreshness(state, () => old),
    // The user has requested other rows, so the next list may reorder them.
    reorderPending: true,
    view: { ...view, messageCursor: null, transcriptSearch: null, scrollColumn: 0 },
  };
  const marked = withChange(next, parkMarks(next));
  const ordered = withChange(marked, sortRows(marked));
  return restoreSelection(
    view.needsAttentionIds === null ? ordered : withChange(ordered, setAttentionFilter(ordered, true)),
    known,
  );
}

/** Selects the list's last selected task, or keeps the current one, if it has a row; else the first row. */
function restoreSelection(state: State, known: ParkedList | undefined): State {
  if (known === undefined) return state;
  const ids = visibleTasks(state).map(({ id }) => id);
  const { view } = state;
  const selected = [known.selected, view.selected].find((id) => id !== null && ids.includes(id));
  return { ...state, view: { ...view, selected: selected ?? ids[0] ?? null } };
}

/** The part of the parked list of all owners that is in `scope`; undefined when unknown. */
function subsetForScope(
  everyone: ParkedList | undefined,
  scope: OwnerScope,
  me: string | null,
): ParkedList | undefined {
  if (everyone === undefined || ((scope.kind === 'mine' || scope.kind === 'shared') && me === null))
    return undefined;
  const tasks = everyone.tasks.filter((task) => scopeIncludes(scope, task, me) === true);
  // Without a task the owner may not exist.
  return tasks.length === 0 ? undefined : { ...everyone, tasks, selected: null };
}

/** The current list is newer than a parked one. */
const latestVersion = (state: State, task: Task): Task => taskById(state, task.id) ?? task;

/** Says where a task is that was created here and does not belong to the listed scope. */
export const ownListNotice = (scope: OwnerScope, at: number): Notice => ({
  tone: 'plain',
  text: `The new task is in your own list. Press ${keyFor(scope.archived ? 'archived' : 'owner')} to switch to it.`,
  at,
});

/** Whether the first list of all owners that this source answers holds only the user's own tasks. */
export const listsOnlyOwnTasks = (state: State, source: SourceId, listed: readonly Task[]): boolean =>
  state.listedScope.kind === 'everyone' &&
  (state.sourceFreshness.get(source) ?? state.listFreshness).refreshMs === 0 &&
  listed.length > 0 &&
  listed.every((task) => scopeIncludes(MINE, task, ownName(state)) === true);

/** Explains why the screen does not change. */
export const onlyOwnTasksNotice = (at: number): Notice => ({
  tone: 'plain',
  text: 'The server lists only your own tasks.',
  at,
});
