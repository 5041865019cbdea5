import type { Place } from '../domain/action.ts';
import { isWithServer } from '../domain/delivery.ts';
import { type EditBuffer, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import type { BackendErrorKind } from '../domain/errors.ts';
import { arrangeRows, NO_FAMILIES } from '../domain/families.ts';
import { isTransitional, type Phase } from '../domain/phase.ts';
import { commentDraftKey } from '../domain/review/review-comment.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { nextCountdownAt, remainingTasks } from './bulk-progress.ts';
import { familiesIn } from './families.ts';
import type { Freshness } from './freshness.ts';
import { nextRetryTickAt } from './live-turn.ts';
import { isFiltered, matchingRows } from './matching-rows.ts';
import { cacheInTime, memoize } from './memoize.ts';
import { groupRows, idsInGroups, type RowGroup } from './row-groups.ts';
import { phaseIn } from './slices/actions.ts';
import { nextSnoozeEnd } from './slices/attention.ts';
import { initialPromptKey, MARKED_TASKS_KEY, NEW_TASK_KEY } from './slices/drafts.ts';
import type { PendingCreation } from './slices/new-task.ts';
import { collapsedGroups } from './slices/row-groups.ts';
import type { State } from './state.ts';
import { taskById, tasksWithIds } from './task-index.ts';
import { nextChangeByTime, taskStatus } from './task-status.ts';

/** The tasks with a row, from top to bottom; sub-agents below the task that they belong to. */
export function visibleTasks(state: State): readonly Task[] {
  const ids = arrangedIds(state);
  return ids === null ? matchingRows(state) : treeRows(state.tasks, ids);
}

const treeRows = memoize(tasksWithIds);

/** The ids of the rows where they have another order than `matchingRows`, or are fewer; else null. */
function arrangedIds(state: State): readonly string[] | null {
  const groups = rowGroups(state);
  return groups === null ? treeIds(state) : idsInGroups(groups, collapsedGroups(state.view));
}

/** The groups of the rows in their order, with the rows of collapsed ones; null while the list has no groups. */
export const rowGroups = (state: State): readonly RowGroup[] | null =>
  state.view.grouping === 'none'
    ? null
    : groupRows(ungroupedIds(state), state.groupKeys, familiesIn(state.tasks));

/** The ids of the rows without groups. */
const ungroupedIds = (state: State): readonly string[] =>
  treeIds(state) ?? (isFiltered(state) ? idsOf(matchingRows(state)) : state.rowOrder);

/** The ids of the rows where some tasks are sub-agents of others; else null. */
function treeIds(state: State): readonly string[] | null {
  const families = familiesIn(state.tasks);
  if (families === NO_FAMILIES) return null;
  return isFiltered(state)
    ? arrangedMatches(idsOf(matchingRows(state)), families, null)
    : arrangedRows(state.rowOrder, families, state.view.unfolded);
}

const arrangedRows = memoize(arrangeRows);
const arrangedMatches = memoize(arrangeRows);
const idsOf = memoize((tasks: readonly Task[]): readonly string[] => tasks.map(({ id }) => id));

/** The tasks as in `visibleTasks`, with those in collapsed groups and, unless the list is filtered, folded sub-agents. */
export function unfoldedTasks(state: State): readonly Task[] {
  const families = familiesIn(state.tasks);
  const ids =
    families === NO_FAMILIES || isFiltered(state)
      ? ungroupedIds(state)
      : arrangeRows(state.rowOrder, families, null);
  return tasksWithIds(
    state.tasks,
    state.view.grouping === 'none'
      ? ids
      : groupRows(ids, state.groupKeys, families).flatMap((group) => group.ids),
  );
}

/** The row of the selected task; -1 when it has none. */
export const selectedIndex = (state: State): number =>
  state.view.selected === null ? -1 : (rowIndexById(state).get(state.view.selected) ?? -1);

/** Row indexes by task id. */
export function rowIndexById(state: State): ReadonlyMap<string, number> {
  const rows = visibleTasks(state);
  const ids = arrangedIds(state) ?? state.view.needsAttentionIds ?? state.rowOrder;
  // Without hidden rows the indexes depend on the order alone, which most polls leave as it is.
  return rows.length === ids.length ? indexesOf(ids) : indexesOfRows(rows);
}

const indexesOf = memoize((ids: readonly string[]) => new Map(ids.map((id, index) => [id, index])));
const indexesOfRows = memoize((rows: readonly Task[]) => indexesOf(idsOf(rows)));

/** Where actions happen. */
export const placeOf = ({
  deployment: { local, home },
  size: { columns },
}: Pick<State, 'deployment' | 'size'>): Place => ({ local, columns, ...(home !== undefined && { home }) });

export const selectedTask = (state: State): Task | null => taskById(state, state.view.selected);

/** Sub-agents count only among those that need the user: they are a part of the work of their task. */
export interface Counts {
  readonly total: number;
  readonly needYou: number;
  /** Those that do not need the user, by phase; no entry for none. */
  readonly byPhase: ReadonlyMap<Phase, number>;
}

const countsInTime = memoize(
  (
    _tasks: State['tasks'],
    _pendingChanges: State['pendingChanges'],
    _seenFingerprints: State['seenFingerprints'],
  ) => cacheInTime<Counts>(),
);

/** Counts again only when a phase can have changed, not after each poll. */
export function counts(state: State): Counts {
  const { tasks, pendingChanges, seenFingerprints, now } = state;
  return countsInTime(
    tasks,
    pendingChanges,
    seenFingerprints,
  )(now, () => ({
    result: count(state),
    until: phasesStableUntil(state),
  }));
}

function count(state: State): Counts {
  let needYou = 0;
  const byPhase = new Map<Phase, number>();
  const { rootIds } = familiesIn(state.tasks);
  for (const task of state.tasks) {
    const { phase, needsYou } = taskStatus(state, task);
    if (needsYou) needYou += 1;
    else if (!rootIds.has(task.id)) {
      byPhase.set(phase, (byPhase.get(phase) ?? 0) + 1);
    }
  }
  return { total: state.tasks.length - rootIds.size, needYou, byPhase };
}

/** Whether the prompt writes to all marked tasks, or would when it gets the focus. */
export const isWritingToMarked = ({ view }: Pick<State, 'view'>): boolean =>
  view.openForm === null &&
  view.openDiff === null &&
  view.initialPromptTaskId === null &&
  (view.focus === 'prompt' ? view.writesToMarked : view.marked.size > 0);

/** Whether keys go into the draft of one task. */
export const isWritingToTask = ({ view: { focus, openForm, writesToMarked } }: State): boolean =>
  focus === 'prompt' && openForm === null && !writesToMarked;

/** The key in `drafts` of the prompt's draft; null when there is no task to write to. */
export const draftKey = (state: State): string | null =>
  state.view.openForm !== null
    ? NEW_TASK_KEY
    : state.view.initialPromptTaskId !== null
      ? initialPromptKey(state.view.initialPromptTaskId)
      : state.view.openDiff !== null && state.view.editedComment !== null
        ? commentDraftKey(state.view.editedComment)
        : isWritingToMarked(state)
          ? MARKED_TASKS_KEY
          : state.view.selected;

export const draft = (state: State): EditBuffer => {
  const key = draftKey(state);
  return (key === null ? undefined : state.drafts.get(key)) ?? EMPTY_BUFFER;
};

/** Counts of work that the server has not accepted yet. */
export const unsentWork = ({ deliveries, pendingCreations, bulkOperations }: State) => ({
  messages: deliveries.filter((delivery) => !isWithServer(delivery)).length,
  creating: pendingCreations.length,
  bulkTasks: bulkOperations.reduce((sum, operation) => sum + remainingTasks(operation), 0),
});

/** The freshness of a pane's data. */
export type DataAge =
  /** No data yet. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' }
  /** Late. `forMs`: since the data was requested. */
  | { readonly kind: 'stale'; readonly forMs: number }
  /** The last request failed. `forMs`: as above, null without data. `retryInMs`: until the next attempt. */
  | {
      readonly kind: 'offline';
      readonly why: BackendErrorKind;
      readonly forMs: number | null;
      readonly retryInMs: number;
    };

export function dataAge(freshness: Freshness, now: number): DataAge {
  const { requestedAt, refreshMs, error, retryAt } = freshness;
  if (error !== null) {
    return {
      kind: 'offline',
      why: error.kind,
      forMs: requestedAt === null ? null : now - requestedAt,
      retryInMs: Math.max(0, (retryAt ?? now) - now),
    };
  }
  if (requestedAt === null) return { kind: 'loading' };
  const late = now - requestedAt > refreshMs + GRACE_MS;
  return late ? { kind: 'stale', forMs: now - requestedAt } : { kind: 'live' };
}

/** Data counts as stale this long after the next response was due, ms. */
const GRACE_MS = 5_000;

/** A notice that is not `bad` stays this long, ms. */
export const NOTICE_MS = 20_000;

/** Unix ms; Infinity when no notice ends by itself. */
const noticeEndsAt = ({ notice }: Pick<State, 'notice'>): number =>
  notice === null || notice.tone === 'bad' ? Number.POSITIVE_INFINITY : notice.at + NOTICE_MS;

/**
 * The next time at which the passage of time changes the screen, Unix ms. Without a display of seconds, that is at most
 * once a minute.
 */
export function nextTickAt(state: State): number {
  const { now } = state;
  const times = [now + 60_000];
  // The screen counts the seconds until the first response.
  if (state.listFreshness.requestedAt === null && state.listFreshness.error === null) times.push(now + 1_000);
  const selected = state.view.selected === null ? undefined : state.transcripts.get(state.view.selected);
  for (const freshness of selected === undefined ? [state.listFreshness] : [state.listFreshness, selected]) {
    const age = dataAge(freshness, now);
    if (age.kind === 'offline' || age.kind === 'stale') times.push(now + 1_000);
    else if (freshness.requestedAt !== null && freshness.refreshMs !== Number.POSITIVE_INFINITY)
      times.push(freshness.requestedAt + freshness.refreshMs + GRACE_MS + 1);
  }
  const task = selectedTask(state);
  // The heading counts the seconds of a stage.
  if (task !== null && chatFacts(task)?.extension?.stage != null) times.push(now + 1_000);
  // The overlay of a worktree counts the seconds of its action.
  if (runningHere(state)) times.push(now + 1_000);
  if (state.view.selected !== null) times.push(nextRetryTickAt(state, state.view.selected));
  times.push(nextTaskTick(state.tasks, now), nextSnoozeEnd(state));
  times.push(nextCountdownAt(state), noticeEndsAt(state));
  return Math.max(now + 50, Math.min(...times));
}

/** Whether the overlay of a worktree in which an action runs is open. */
const runningHere = ({ view: { overlay }, openedWorktrees }: State): boolean =>
  overlay?.kind === 'worktree' && (openedWorktrees.get(overlay.taskId)?.running ?? null) !== null;

/** No phase changes, and no task begins to need the user, by the clock alone before this time, Unix ms. */
export const phasesStableUntil = (state: Pick<State, 'tasks' | 'seenFingerprints' | 'now'>): number =>
  Math.min(state.now + 60_000, nextTaskTick(state.tasks, state.now), nextSnoozeEnd(state));

const nextTickInTime = memoize((_: readonly Task[]) => cacheInTime<number>());

function nextTaskTick(tasks: readonly Task[], now: number): number {
  return nextTickInTime(tasks)(now, () => {
    let next = Number.POSITIVE_INFINITY;
    for (const task of tasks) next = Math.min(next, nextChangeByTime(task, now));
    return { result: next, until: next };
  });
}

/** Whether a task in the list is likely to change soon. */
export const isAnythingChanging = (state: State): boolean =>
  state.pendingChanges.size > 0 ||
  state.pendingCreations.length > 0 ||
  state.tasks.some((task) => {
    const phase = phaseIn(state, task);
    return phase === 'working' || isTransitional(phase);
  });

/**
 * Whether the user has selected another task since they submitted the form. False when the task that was selected then is
 * gone: the list has moved the selection.
 */
export const hasSelectedAnother = (state: State, { selectedAtStart }: PendingCreation): boolean =>
  state.view.selected !== selectedAtStart && taskById(state, selectedAtStart) !== null;
