import { keyFor } from '../domain/key-hint.ts';
import { ownersAsked } from '../domain/query.ts';
import { EVERYONE, holds, isSameScope, MINE, ownedBy, type Scope, scopeKey } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import { NEVER } from './initial.ts';
import { placeMarks } from './marks.ts';
import { showNeeding, sortRows } from './order.ts';
import { knownTask, readFilter, taskById, visibleTasks } from './selectors.ts';
import type { Listing, Notice, State } from './state.ts';

/** How the user calls themselves on the server; null while that is not known. */
const myName = ({ user }: State): string | null => user?.username ?? null;

/** Whether the tasks that are listed are those that a task would be among; null when nobody knows. */
const isOfScope = (state: State, task: Pick<Task, 'ownerName'>): boolean | null =>
  holds(state.listed, task, myName(state));

/** The user wants other tasks listed; a filter that asks for those of somebody else is an older wish. */
export function chooseScope(state: State, scope: Scope): State {
  const chosen = isSameScope(state.scope, scope) ? state : { ...state, scope };
  const isWanted = isSameScope(wantedScope(chosen), scope);
  return relist(isWanted ? chosen : { ...chosen, view: { ...chosen.view, filter: '' } });
}

/** The server does not list these: those that it listed last are shown again, or the user's own. */
export function leaveRefused(state: State, refused: Scope): State {
  if (!isSameScope(state.listed, refused)) return state;
  if (!isSameScope(state.scope, refused))
    return relist({ ...state, notListed: { filter: state.view.filter, scope: refused } });
  return relist({ ...state, scope: isSameScope(state.told, refused) ? MINE : state.told });
}

/** Lists what is wanted, when that is something else than what is listed. */
export function relist(state: State): State {
  if (state.notListed !== null && state.notListed.filter !== state.view.filter)
    return relist({ ...state, notListed: null });
  if (state.view.filter === '' && state.listed === state.scope) return state;
  const wanted = wantedScope(state);
  return isSameScope(wanted, state.listed) ? state : listOthers(state, wanted);
}

/**
 * Whose tasks are wanted: those that the user chose, unless the filter asks for owners of whom these hold no task. Then
 * the server is asked for them, and not for less: what else a filter says (`status:`, words) only hides rows, for what
 * is not listed is not watched either, and would be missing in counts, notices and what is told to be gone.
 */
function wantedScope(state: State): Scope {
  const { scope, view, notListed } = state;
  const isRefused = (wanted: Scope): boolean =>
    notListed !== null && notListed.filter === view.filter && isSameScope(notListed.scope, wanted);
  // A name that is being typed is nobody's yet.
  if (view.overlay?.kind === 'filter' && !isRefused(state.listed)) return state.listed;
  const asked = ownersAsked(readFilter(view.filter));
  if (asked === null || scope.kind === 'everyone') return scope;
  const name = scope.kind === 'owner' ? scope.name : (myName(state) ?? 'me');
  const isHeld = (owner: string): boolean =>
    owner === 'me' ? scope.kind === 'mine' : name.toLowerCase().includes(owner);
  if (asked.every(isHeld)) return scope;
  const [only = '', ...others] = asked;
  const wanted = others.length === 0 ? ownedBy(only) : EVERYONE;
  return isRefused(wanted) ? scope : wanted;
}

/**
 * Puts what is listed aside, with all that hangs on its tasks, and lists others as they were known last: a list answers
 * for its scope alone, so that nothing which it does not name is gone. Where nothing is known it is waited for.
 */
function listOthers(state: State, scope: Scope): State {
  const key = scopeKey(scope);
  const { at } = state.list;
  const left: Listing | null = at === null ? null : { tasks: state.tasks, at, selected: state.view.selected };
  const aside = new Map(state.aside);
  if (left !== null) aside.set(scopeKey(state.listed), left);
  const known = aside.get(key) ?? partOf(aside.get(scopeKey(EVERYONE)), scope, myName(state));
  aside.delete(key);

  const tasks = (known?.tasks ?? []).map((task) => newest(state, task));
  const { view } = state;
  const next: State = {
    ...state,
    listed: scope,
    listedSince: state.now,
    aside,
    tasks,
    list: { ...NEVER, at: known?.at ?? null },
    // What the server says next is put in order: the user has asked for other rows.
    orderDue: true,
    view: { ...view, pointed: null, search: null, column: 0 },
  };
  const ordered = sortRows(placeMarks(next));
  return selectOf(view.needing === null ? ordered : showNeeding(ordered, true), known);
}

/** The selection comes back with its list, or stays where it is, on a row that is shown. Until there are rows it waits. */
function selectOf(state: State, known: Listing | undefined): State {
  if (known === undefined) return state;
  const ids = visibleTasks(state).map(({ id }) => id);
  const { view } = state;
  const selected = [known.selected, view.selected].find((id) => id !== null && ids.includes(id));
  return { ...state, view: { ...view, selected: selected ?? ids[0] ?? null } };
}

/** What a list of everybody's tasks says of some of them. */
function partOf(everyones: Listing | undefined, scope: Scope, me: string | null): Listing | undefined {
  if (everyones === undefined || (scope.kind === 'mine' && me === null)) return undefined;
  const tasks = everyones.tasks.filter((task) => holds(scope, task, me) === true);
  // Where there is none, nobody has said that there is such an owner.
  return tasks.length === 0 ? undefined : { ...everyones, tasks, selected: null };
}

/** What was listed last is newer than what was put aside before. */
const newest = (state: State, task: Task): Task => taskById(state, task.id) ?? task;

/**
 * What was put aside, as an answer for what is listed leaves it: `gone` are the tasks that this list held and holds no
 * more, and whatever else it would hold if it still existed is gone too. The same map when it holds nothing of that.
 */
export function withoutGone(
  state: State,
  answer: readonly Task[],
  isGone: (id: string) => boolean,
): State['aside'] {
  if (state.aside.size === 0) return state.aside;
  const named = new Set(answer.map(({ id }) => id));
  const isLeft = (task: Task): boolean =>
    named.has(task.id) || state.made.has(task.id) || (!isGone(task.id) && isOfScope(state, task) !== true);
  return withoutTasks(state.aside, (task) => !isLeft(task));
}

/** What was put aside, without these tasks. */
export function withoutTasks(aside: State['aside'], isUnwanted: (task: Task) => boolean): State['aside'] {
  let changed = false;
  const next = new Map<string, Listing>();
  for (const [key, listing] of aside) {
    const tasks = listing.tasks.filter((task) => !isUnwanted(task));
    if (tasks.length !== listing.tasks.length) changed = true;
    next.set(key, tasks.length === listing.tasks.length ? listing : { ...listing, tasks });
  }
  return changed ? next : aside;
}

/** A task that was made here while others are listed: it is among the user's own as soon as those are shown. */
export function putAside(state: State, task: Task, now: number): State {
  const text = `The new task is among your own: ${keyFor('owner')} lists them.`;
  const next: State = { ...state, notice: { tone: 'plain', text, at: now } };
  const key = scopeKey(MINE);
  const mine = state.aside.get(key);
  if (mine === undefined || knownTask(state, task.id) !== null) return next;
  return { ...next, aside: new Map(state.aside).set(key, { ...mine, tasks: [task, ...mine.tasks] }) };
}

/** Whether the first answer to who asked for everybody's tasks names none of anybody else's. */
export const isAllOwn = (state: State, answer: readonly Task[]): boolean =>
  state.listed.kind === 'everyone' &&
  state.list.promised === 0 &&
  answer.length > 0 &&
  answer.every((task) => holds(MINE, task, myName(state)) === true);

/** What is said then, since the screen does not change. */
export const allOwn = (at: number): Notice => ({
  tone: 'plain',
  text: 'All tasks that the server shows you are your own.',
  at,
});
