import { MINE, scopeIncludes } from '../domain/owner-scope.ts';
import { coderFacts, type Task } from '../domain/task.ts';
import { freshnessOf, hasAnswered } from './list-freshness.ts';
import { hasCurrentTranscript } from './report-times.ts';
import { phaseIn } from './slices/actions.ts';
import { needsAttentionUndebounced } from './slices/attention.ts';
import type { State } from './state.ts';

/** Only the tasks that became idle last are checked for a menu: a conversation can be megabytes. */
const MAX_CHECKED = 50;
/** A task that has been idle for longer is not checked: Coder usually stopped its workspace long before; ms. */
const MAX_IDLE_MS = 7 * 24 * 60 * 60_000;

/**
 * The Coder Tasks whose conversation must be loaded to know whether their agent shows a menu, newest report first: the
 * user's own idle tasks that need the user, without the selected one, whose conversation is requested anyway. Of these the
 * 50 that became idle last, within 7 days, and of those the ones without a conversation that is newer than their report.
 * None while their list fails.
 */
export function tasksWithUnknownMenu(state: State): readonly Task[] {
  return newestThatMayShowMenu(state).filter(
    ({ id }) => id !== state.view.selected && !hasCurrentTranscript(state, id),
  );
}

/** Reads each task once: this runs after each poll, of 10,000 tasks too. */
function newestThatMayShowMenu(state: State): readonly Task[] {
  const newest: Task[] = [];
  for (const task of state.tasks) {
    const at = reportedAt(task);
    const last = newest[MAX_CHECKED - 1];
    if ((last !== undefined && at <= reportedAt(last)) || !mayShowMenu(state, task)) continue;
    newest.splice(newest.findLastIndex((other) => reportedAt(other) >= at) + 1, 0, task);
    newest.length = Math.min(newest.length, MAX_CHECKED);
  }
  return newest;
}

const reportedAt = ({ state }: Task): number => state?.at ?? 0;

/** Whether the user can answer the task, if it asks. A server may let the user read others' tasks and not answer them. */
function mayShowMenu(state: State, task: Task): boolean {
  return (
    coderFacts(task) !== null &&
    // Only to be quick: the lines below include it.
    task.state?.state === 'idle' &&
    phaseIn(state, task) === 'idle' &&
    needsAttentionUndebounced(state, task) &&
    state.now - reportedAt(task) <= MAX_IDLE_MS &&
    isOwn(state, task) &&
    isListed(state, task)
  );
}

/** While the user's name is unknown, their own list has only their tasks. */
const isOwn = ({ listedScope, user }: State, task: Task): boolean =>
  scopeIncludes(MINE, task, user?.username ?? null) ?? listedScope.kind === 'mine';

function isListed(state: State, task: Task): boolean {
  const freshness = freshnessOf(state, task);
  return hasAnswered(freshness) && freshness.error === null;
}
