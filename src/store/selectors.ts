import { type EditBuffer, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import type { BackendErrorKind } from '../domain/errors.ts';
import { needsAttention, statusFingerprint } from '../domain/needs-attention.ts';
import { isTransitional, type Phase, phaseOf } from '../domain/phase.ts';
import { phaseAgeMs, phaseSince } from '../domain/phase-since.ts';
import { matchesQuery, parseTaskQuery, type Query } from '../domain/query.ts';
import type { Task } from '../domain/task.ts';
import { msUntilNextAge } from '../domain/text/age.ts';
import { nextCountdownAt, remainingTasks } from './bulk-progress.ts';
import { memoize } from './memoize.ts';
import { type Freshness, initialPromptKey, MARKED_TASKS_KEY, NEW_TASK_KEY, type State } from './state.ts';

/** A task needs you only when it has for this long: agents flap to idle between two steps; ms. */
const DEBOUNCE_MS = 3_000;

/** The tasks that have a row, in the order of the rows. */
export const visibleTasks = (state: State): readonly Task[] =>
  applyFilter(
    state.view.needsAttentionIds === null
      ? inRowOrder(state.tasks, state.rowOrder)
      : needingRows(state.tasks, state.view.needsAttentionIds),
    state,
  );

const inRowOrder = memoize((tasks: readonly Task[], order: readonly string[]) => tasksByIds(tasks, order));

const needingRows = memoize((tasks: readonly Task[], needing: readonly string[]) =>
  tasksByIds(tasks, needing),
);

function tasksByIds(tasks: readonly Task[], ids: readonly string[]): readonly Task[] {
  const byId = indexById(tasks);
  return ids.map((id) => byId.get(id)).filter((task) => task !== undefined);
}

/** Those that the filter lets through. */
function applyFilter(tasks: readonly Task[], { view, pendingChanges, now, user }: State): readonly Task[] {
  const query = parseFilter(view.filter);
  if (query.terms.length === 0) return tasks;
  // What does not change by itself is not looked at again with every tick.
  const me = user?.username ?? null;
  return query.isTimeDependent
    ? matchingTasks(tasks, query, pendingChanges, now, me)
    : matchingTasks(tasks, query, NO_PENDING_CHANGES, 0, me);
}

const NO_PENDING_CHANGES: State['pendingChanges'] = new Map();

/** The filter as it is understood. */
export const parseFilter = memoize(parseTaskQuery);

const matchingTasks = memoize(
  (tasks: readonly Task[], query: Query, asked: State['pendingChanges'], now: number, me: string | null) =>
    tasks.filter((task) =>
      matchesQuery(
        { task, phase: phaseIn({ pendingChanges: asked, now }, task), ageMs: phaseAgeMs(task, now), me },
        query,
      ),
    ),
);

export const taskById = ({ tasks }: Pick<State, 'tasks'>, id: string | null): Task | null =>
  id === null ? null : (indexById(tasks).get(id) ?? null);

/**
 * A task that is listed, or that was when other tasks were: what hangs on it stays, and what was asked of it goes on.
 * What is shown, and what keys act on, is `taskById`.
 */
export function knownTask(state: State, id: string): Task | null {
  const listed = taskById(state, id);
  if (listed !== null || state.parkedLists.size === 0) return listed;
  for (const { tasks } of state.parkedLists.values()) {
    const task = indexById(tasks).get(id);
    if (task !== undefined) return task;
  }
  return null;
}

/** Where the selected task stands among the visible ones; -1 when it is not among them. */
export const selectedIndex = (state: State): number =>
  state.view.selected === null ? -1 : (rowIndexById(state).get(state.view.selected) ?? -1);

/** Where each of the visible tasks stands among them, by its id. */
export const rowIndexById = (state: State): ReadonlyMap<string, number> => rowIndexes(visibleTasks(state));

const rowIndexes = memoize((tasks: readonly Task[]) => new Map(tasks.map(({ id }, index) => [id, index])));

const indexById = memoize(
  (tasks: readonly Task[]): ReadonlyMap<string, Task> => new Map(tasks.map((task) => [task.id, task])),
);

export const selectedTask = (state: State): Task | null => taskById(state, state.view.selected);

/** What decides how a task stands. */
type AttentionInputs = Pick<State, 'pendingChanges' | 'seenFingerprints' | 'now'>;

export const phaseIn = (state: Omit<AttentionInputs, 'seenFingerprints'>, task: Task): Phase =>
  phaseOf(task, state.now, state.pendingChanges.get(task.id));

export function needsAttentionIn(state: AttentionInputs, task: Task): boolean {
  return needsAttentionUndebounced(state, task) && hasLasted(state, task);
}

const isSeen = ({ seenFingerprints }: Pick<State, 'seenFingerprints'>, task: Task): boolean => {
  const sight = seenFingerprints.get(task.id);
  return sight !== undefined && sight === statusFingerprint(task);
};

const hasLasted = ({ now }: Pick<State, 'now'>, task: Task): boolean =>
  now - phaseSince(task, now) >= DEBOUNCE_MS;

/** Whether it waits for a person, however short a time it has. */
export const needsAttentionUndebounced = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), isSeen(state, task));

/** Whether it has come to something that nobody has looked at yet. */
export const isUnseenIn = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), false) && !isSeen(state, task) && hasLasted(state, task);

export interface Counts {
  readonly total: number;
  readonly needYou: number;
  readonly working: number;
}

/** The last count of some tasks, and the times between which it holds, Unix ms: no phase changes by itself between them. */
interface CachedCounts {
  readonly from: number;
  readonly until: number;
  readonly counts: Counts;
}

const cachedCounts = memoize(
  (
    _tasks: State['tasks'],
    _asked: State['pendingChanges'],
    _seen: State['seenFingerprints'],
  ): { last: CachedCounts | null } => ({
    last: null,
  }),
);

/** Counts again only when a phase may have changed, not after each poll. */
export function counts(state: State): Counts {
  const { tasks, pendingChanges, seenFingerprints, now } = state;
  const counted = cachedCounts(tasks, pendingChanges, seenFingerprints);
  if (counted.last !== null && counted.last.from <= now && now < counted.last.until)
    return counted.last.counts;
  let needYou = 0;
  let working = 0;
  for (const task of tasks) {
    if (phaseIn(state, task) === 'working') working++;
    else if (needsAttentionIn(state, task)) needYou++;
  }
  const counts = { total: tasks.length, needYou, working };
  counted.last = { from: now, until: phasesStableUntil(state), counts };
  return counts;
}

/** Whether the prompt bar writes to all marked tasks, or would when it is opened. */
export const isWritingToMarked = ({ view }: Pick<State, 'view'>): boolean =>
  view.openForm === null &&
  view.initialPromptTaskId === null &&
  (view.focus === 'prompt' ? view.writesToMarked : view.marked.size > 0);

/**
 * What the prompt bar is writing: the draft of a new task, of all marked ones or of the selected one. Null when there is
 * nothing to write to.
 */
export const draftKey = (state: State): string | null =>
  state.view.openForm !== null
    ? NEW_TASK_KEY
    : state.view.initialPromptTaskId !== null
      ? initialPromptKey(state.view.initialPromptTaskId)
      : isWritingToMarked(state)
        ? MARKED_TASKS_KEY
        : state.view.selected;

export const draft = (state: State): EditBuffer => {
  const key = draftKey(state);
  return (key === null ? undefined : state.drafts.get(key)) ?? EMPTY_BUFFER;
};

/**
 * What has not reached the server: messages, which stay in the queue, tasks that are being created, and tasks that
 * something was asked of together with others.
 */
export const unsentWork = ({ deliveries, pendingCreations, bulkOperations }: State) => ({
  messages: deliveries.filter(({ stage }) => stage !== 'accepted').length,
  creating: pendingCreations.length,
  bulkTasks: bulkOperations.reduce((sum, operation) => sum + remainingTasks(operation), 0),
});

/** How fresh a pane's data is, in one word or two. */
export type DataAge =
  /** Nothing came yet. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' }
  /** Late: `forMs` since the data was asked for. */
  | { readonly kind: 'stale'; readonly forMs: number }
  /** The last try failed, and why: `forMs` as above, null without any data; `retryInMs` until the next try. */
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

/** How long beyond its promise an answer may take before its pane says so, ms. */
const GRACE_MS = 5_000;

/** A remark about what a key did, or why it did nothing, is shown this long; ms. What went wrong stays. */
export const NOTICE_MS = 20_000;

/** When the remark on screen goes, Unix ms; infinity where there is none. */
const noticeEndsAt = ({ notice }: Pick<State, 'notice'>): number =>
  notice === null || notice.tone === 'bad' ? Number.POSITIVE_INFINITY : notice.at + NOTICE_MS;

/**
 * When the clock must move next because something on screen would read differently, Unix ms. A screen on which
 * nothing counts seconds stays untouched between two minute marks.
 */
export function nextTickAt(state: State): number {
  const { now } = state;
  const times = [now + 60_000];
  // How long the first answer has been waited for is counted on screen.
  if (state.listFreshness.requestedAt === null && state.listFreshness.error === null) times.push(now + 1_000);
  const selected = state.view.selected === null ? undefined : state.transcripts.get(state.view.selected);
  for (const freshness of selected === undefined ? [state.listFreshness] : [state.listFreshness, selected]) {
    const age = dataAge(freshness, now);
    if (age.kind === 'offline' || age.kind === 'stale') times.push(now + 1_000);
    else if (freshness.requestedAt !== null && freshness.refreshMs !== Number.POSITIVE_INFINITY)
      times.push(freshness.requestedAt + freshness.refreshMs + GRACE_MS + 1);
  }
  times.push(nextTaskTick(state.tasks, now), nextCountdownAt(state), noticeEndsAt(state));
  return Math.max(now + 50, Math.min(...times));
}

/** Until when every task stands as it does now, Unix ms, as far as that is up to the clock alone. */
export const phasesStableUntil = ({ tasks, now }: Pick<State, 'tasks' | 'now'>): number =>
  Math.min(now + 60_000, nextTaskTick(tasks, now));

/** The next tick of each list, which holds from the time it was computed at until it is reached. */
const nextTickByTasks = new WeakMap<readonly Task[], { readonly from: number; readonly next: number }>();

function nextTaskTick(tasks: readonly Task[], now: number): number {
  const known = nextTickByTasks.get(tasks);
  if (known !== undefined && known.from <= now && now < known.next) return known.next;
  let next = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    const age = now - phaseSince(task, now);
    next = Math.min(next, now + (age < DEBOUNCE_MS ? DEBOUNCE_MS - age : msUntilNextAge(age)));
  }
  nextTickByTasks.set(tasks, { from: now, next });
  return next;
}

/** Whether anything in the list is expected to change by itself soon. */
export const isAnythingChanging = (state: State): boolean =>
  state.pendingChanges.size > 0 ||
  state.pendingCreations.length > 0 ||
  state.tasks.some((task) => {
    const phase = phaseIn(state, task);
    return phase === 'working' || isTransitional(phase);
  });
