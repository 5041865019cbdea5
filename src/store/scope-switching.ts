import { keyFor } from '../domain/key-placeholder.ts';
import {
  EVERYONE,
  isSameScope,
  MINE,
  type OwnerScope,
  scopeIncludes,
  scopeKey,
  scopeOfOwner,
} from '../domain/owner-scope.ts';
import { requestedOwners } from '../domain/query.ts';
import type { Task } from '../domain/task.ts';
import { NEVER_LOADED } from './initial-state.ts';
import { parkMarks } from './marks.ts';
import { setAttentionFilter, sortRows } from './row-order.ts';
import { knownTask, parseFilter, taskById, visibleTasks } from './selectors.ts';
import type { Notice, ParkedList, State } from './state.ts';

/** How the user calls themselves on the server; null while that is not known. */
const ownName = ({ user }: State): string | null => user?.username ?? null;

/** Whether the tasks that are listed are those that a task would be among; null when nobody knows. */
const isInListedScope = (state: State, task: Pick<Task, 'ownerName'>): boolean | null =>
  scopeIncludes(state.listedScope, task, ownName(state));

/** The user wants other tasks listed; a filter that asks for those of somebody else is an older wish. */
export function selectScope(state: State, scope: OwnerScope): State {
  const chosen = isSameScope(state.selectedScope, scope) ? state : { ...state, selectedScope: scope };
  const isWanted = isSameScope(effectiveScope(chosen), scope);
  return updateListedScope(isWanted ? chosen : { ...chosen, view: { ...chosen.view, filter: '' } });
}

/** The server does not list these: those that it listed last are shown again, or the user's own. */
export function revertRejectedScope(state: State, refused: OwnerScope): State {
  if (!isSameScope(state.listedScope, refused)) return state;
  if (!isSameScope(state.selectedScope, refused))
    return updateListedScope({
      ...state,
      rejectedScope: { filter: state.view.filter, selectedScope: refused },
    });
  return updateListedScope({
    ...state,
    selectedScope: isSameScope(state.lastAcceptedScope, refused) ? MINE : state.lastAcceptedScope,
  });
}

/** Lists what is wanted, when that is something else than what is listed. */
export function updateListedScope(state: State): State {
  if (state.rejectedScope !== null && state.rejectedScope.filter !== state.view.filter)
    return updateListedScope({ ...state, rejectedScope: null });
  if (state.view.filter === '' && state.listedScope === state.selectedScope) return state;
  const wanted = effectiveScope(state);
  return isSameScope(wanted, state.listedScope) ? state : switchListedScope(state, wanted);
}

/**
 * Whose tasks are wanted: those that the user chose, unless the filter asks for owners of whom these hold no task. Then
 * the server is asked for them, and not for less: what else a filter says (`status:`, words) only hides rows, for what
 * is not listed is not watched either, and would be missing in counts, notices and what is told to be gone.
 */
function effectiveScope(state: State): OwnerScope {
  const { selectedScope, view, rejectedScope } = state;
  const isRefused = (wanted: OwnerScope): boolean =>
    rejectedScope !== null &&
    rejectedScope.filter === view.filter &&
    isSameScope(rejectedScope.selectedScope, wanted);
  // A name that is being typed is nobody's yet.
  if (view.overlay?.kind === 'filter' && !isRefused(state.listedScope)) return state.listedScope;
  const asked = requestedOwners(parseFilter(view.filter));
  if (asked === null || selectedScope.kind === 'everyone') return selectedScope;
  const name = selectedScope.kind === 'owner' ? selectedScope.name : (ownName(state) ?? 'me');
  const isHeld = (owner: string): boolean =>
    owner === 'me' ? selectedScope.kind === 'mine' : name.toLowerCase().includes(owner);
  if (asked.every(isHeld)) return selectedScope;
  const [only = '', ...others] = asked;
  const wanted = others.length === 0 ? scopeOfOwner(only) : EVERYONE;
  return isRefused(wanted) ? selectedScope : wanted;
}

/**
 * Puts what is listed aside, with all that hangs on its tasks, and lists others as they were known last: a list answers
 * for its scope alone, so that nothing which it does not name is gone. Where nothing is known it is waited for.
 */
function switchListedScope(state: State, scope: OwnerScope): State {
  const key = scopeKey(scope);
  const { requestedAt } = state.listFreshness;
  const left: ParkedList | null =
    requestedAt === null ? null : { tasks: state.tasks, at: requestedAt, selected: state.view.selected };
  const aside = new Map(state.parkedLists);
  if (left !== null) aside.set(scopeKey(state.listedScope), left);
  const known = aside.get(key) ?? subsetForScope(aside.get(scopeKey(EVERYONE)), scope, ownName(state));
  aside.delete(key);

  const tasks = (known?.tasks ?? []).map((task) => latestVersion(state, task));
  const { view } = state;
  const next: State = {
    ...state,
    listedScope: scope,
    listedSince: state.now,
    parkedLists: aside,
    tasks,
    listFreshness: { ...NEVER_LOADED, requestedAt: known?.at ?? null },
    // What the server says next is put in order: the user has asked for other rows.
    reorderPending: true,
    view: { ...view, messageCursor: null, transcriptSearch: null, scrollColumn: 0 },
  };
  const ordered = sortRows(parkMarks(next));
  return restoreSelection(
    view.needsAttentionIds === null ? ordered : setAttentionFilter(ordered, true),
    known,
  );
}

/** The selection comes back with its list, or stays where it is, on a row that is shown. Until there are rows it waits. */
function restoreSelection(state: State, known: ParkedList | undefined): State {
  if (known === undefined) return state;
  const ids = visibleTasks(state).map(({ id }) => id);
  const { view } = state;
  const selected = [known.selected, view.selected].find((id) => id !== null && ids.includes(id));
  return { ...state, view: { ...view, selected: selected ?? ids[0] ?? null } };
}

/** What a list of everybody's tasks says of some of them. */
function subsetForScope(
  everyones: ParkedList | undefined,
  scope: OwnerScope,
  me: string | null,
): ParkedList | undefined {
  if (everyones === undefined || (scope.kind === 'mine' && me === null)) return undefined;
  const tasks = everyones.tasks.filter((task) => scopeIncludes(scope, task, me) === true);
  // Where there is none, nobody has said that there is such an owner.
  return tasks.length === 0 ? undefined : { ...everyones, tasks, selected: null };
}

/** What was listed last is newer than what was put aside before. */
const latestVersion = (state: State, task: Task): Task => taskById(state, task.id) ?? task;

/**
 * What was put aside, as an answer for what is listed leaves it: `gone` are the tasks that this list held and holds no
 * more, and whatever else it would hold if it still existed is gone too. The same map when it holds nothing of that.
 */
export function removeGoneFromParked(
  state: State,
  answer: readonly Task[],
  isGone: (id: string) => boolean,
): State['parkedLists'] {
  if (state.parkedLists.size === 0) return state.parkedLists;
  const named = new Set(answer.map(({ id }) => id));
  const isLeft = (task: Task): boolean =>
    named.has(task.id) ||
    state.createdAtById.has(task.id) ||
    (!isGone(task.id) && isInListedScope(state, task) !== true);
  return removeFromParked(state.parkedLists, (task) => !isLeft(task));
}

/** What was put aside, without these tasks. */
export function removeFromParked(
  aside: State['parkedLists'],
  isUnwanted: (task: Task) => boolean,
): State['parkedLists'] {
  let changed = false;
  const next = new Map<string, ParkedList>();
  for (const [key, listing] of aside) {
    const tasks = listing.tasks.filter((task) => !isUnwanted(task));
    if (tasks.length !== listing.tasks.length) changed = true;
    next.set(key, tasks.length === listing.tasks.length ? listing : { ...listing, tasks });
  }
  return changed ? next : aside;
}

/** A task that was made here while others are listed: it is among the user's own as soon as those are shown. */
export function parkOwnTask(state: State, task: Task, now: number): State {
  const text = `The new task is among your own: ${keyFor('owner')} lists them.`;
  const next: State = { ...state, notice: { tone: 'plain', text, at: now } };
  const key = scopeKey(MINE);
  const mine = state.parkedLists.get(key);
  if (mine === undefined || knownTask(state, task.id) !== null) return next;
  return {
    ...next,
    parkedLists: new Map(state.parkedLists).set(key, { ...mine, tasks: [task, ...mine.tasks] }),
  };
}

/** Whether the first answer to who asked for everybody's tasks names none of anybody else's. */
export const listsOnlyOwnTasks = (state: State, answer: readonly Task[]): boolean =>
  state.listedScope.kind === 'everyone' &&
  state.listFreshness.refreshMs === 0 &&
  answer.length > 0 &&
  answer.every((task) => scopeIncludes(MINE, task, ownName(state)) === true);

/** What is said then, since the screen does not change. */
export const onlyOwnTasksNotice = (at: number): Notice => ({
  tone: 'plain',
  text: 'All tasks that the server shows you are your own.',
  at,
});
