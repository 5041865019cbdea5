import { needsYou, sightOf } from '../domain/attention.ts';
import { type EditBuffer, EMPTY } from '../domain/edit/buffer.ts';
import type { BackendErrorKind } from '../domain/errors.ts';
import { isMoving, type Phase, phaseOf } from '../domain/phase.ts';
import { matches, type Query, queryOf } from '../domain/query.ts';
import { ageMsOf, sinceWhen } from '../domain/since.ts';
import type { Task } from '../domain/task.ts';
import { untilNextAge } from '../domain/text/age.ts';
import { leftOf, nextCount } from './countdown.ts';
import { remember } from './remember.ts';
import { type Freshness, inputKey, MARKED, NEW, type State } from './state.ts';

/** A task needs you only when it has for this long: agents flap to idle between two steps; ms. */
const DEBOUNCE_MS = 3_000;

/** The tasks that have a row, in the order of the rows. */
export const visibleTasks = (state: State): readonly Task[] =>
  filtered(
    state.view.needing === null ? inOrder(state.tasks, state.order) : among(state.tasks, state.view.needing),
    state,
  );

const inOrder = remember((tasks: readonly Task[], order: readonly string[]) => pick(tasks, order));

const among = remember((tasks: readonly Task[], needing: readonly string[]) => pick(tasks, needing));

function pick(tasks: readonly Task[], ids: readonly string[]): readonly Task[] {
  const byId = indexed(tasks);
  return ids.map((id) => byId.get(id)).filter((task) => task !== undefined);
}

/** Those that the filter lets through. */
function filtered(tasks: readonly Task[], { view, asked, now, user }: State): readonly Task[] {
  const query = readFilter(view.filter);
  if (query.terms.length === 0) return tasks;
  // What does not change by itself is not looked at again with every tick.
  const me = user?.username ?? null;
  return query.isOfTheMoment
    ? matching(tasks, query, asked, now, me)
    : matching(tasks, query, NOTHING_ASKED, 0, me);
}

const NOTHING_ASKED: State['asked'] = new Map();

/** The filter as it is understood. */
export const readFilter = remember(queryOf);

const matching = remember(
  (tasks: readonly Task[], query: Query, asked: State['asked'], now: number, me: string | null) =>
    tasks.filter((task) =>
      matches({ task, phase: phaseIn({ asked, now }, task), ageMs: ageMsOf(task, now), me }, query),
    ),
);

export const taskById = ({ tasks }: Pick<State, 'tasks'>, id: string | null): Task | null =>
  id === null ? null : (indexed(tasks).get(id) ?? null);

/**
 * A task that is listed, or that was when other tasks were: what hangs on it stays, and what was asked of it goes on.
 * What is shown, and what keys act on, is `taskById`.
 */
export function knownTask(state: State, id: string): Task | null {
  const listed = taskById(state, id);
  if (listed !== null || state.aside.size === 0) return listed;
  for (const { tasks } of state.aside.values()) {
    const task = indexed(tasks).get(id);
    if (task !== undefined) return task;
  }
  return null;
}

/** Where the selected task stands among the visible ones; -1 when it is not among them. */
export const selectedIndex = (state: State): number =>
  state.view.selected === null ? -1 : (rowsById(state).get(state.view.selected) ?? -1);

/** Where each of the visible tasks stands among them, by its id. */
export const rowsById = (state: State): ReadonlyMap<string, number> => placed(visibleTasks(state));

const placed = remember((tasks: readonly Task[]) => new Map(tasks.map(({ id }, index) => [id, index])));

const indexed = remember(
  (tasks: readonly Task[]): ReadonlyMap<string, Task> => new Map(tasks.map((task) => [task.id, task])),
);

export const selectedTask = (state: State): Task | null => taskById(state, state.view.selected);

/** What decides how a task stands. */
type Standing = Pick<State, 'asked' | 'seen' | 'now'>;

export const phaseIn = (state: Omit<Standing, 'seen'>, task: Task): Phase =>
  phaseOf(task, state.now, state.asked.get(task.id));

export function needsYouIn(state: Standing, task: Task): boolean {
  return needsYouSoonIn(state, task) && hasLasted(state, task);
}

const isSeen = ({ seen }: Pick<State, 'seen'>, task: Task): boolean => {
  const sight = seen.get(task.id);
  return sight !== undefined && sight === sightOf(task);
};

const hasLasted = ({ now }: Pick<State, 'now'>, task: Task): boolean =>
  now - sinceWhen(task, now) >= DEBOUNCE_MS;

/** Whether it waits for a person, however short a time it has. */
export const needsYouSoonIn = (state: Standing, task: Task): boolean =>
  needsYou(task, phaseIn(state, task), isSeen(state, task));

/** Whether it has come to something that nobody has looked at yet. */
export const isUnseenIn = (state: Standing, task: Task): boolean =>
  needsYou(task, phaseIn(state, task), false) && !isSeen(state, task) && hasLasted(state, task);

export interface Counts {
  readonly total: number;
  readonly needYou: number;
  readonly working: number;
}

/** The last count of some tasks, and the times between which it holds, Unix ms: no phase changes by itself between them. */
interface Counted {
  readonly from: number;
  readonly until: number;
  readonly counts: Counts;
}

const countedOf = remember(
  (_tasks: State['tasks'], _asked: State['asked'], _seen: State['seen']): { last: Counted | null } => ({
    last: null,
  }),
);

/** Counts again only when a phase may have changed, not after each poll. */
export function counts(state: State): Counts {
  const { tasks, asked, seen, now } = state;
  const counted = countedOf(tasks, asked, seen);
  if (counted.last !== null && counted.last.from <= now && now < counted.last.until)
    return counted.last.counts;
  let needYou = 0;
  let working = 0;
  for (const task of tasks) {
    if (phaseIn(state, task) === 'working') working++;
    else if (needsYouIn(state, task)) needYou++;
  }
  const counts = { total: tasks.length, needYou, working };
  counted.last = { from: now, until: standsUntil(state), counts };
  return counts;
}

/** Whether the prompt bar writes to all marked tasks, or would when it is opened. */
export const isToMarked = ({ view }: Pick<State, 'view'>): boolean =>
  view.composing === null &&
  view.rewriting === null &&
  (view.focus === 'prompt' ? view.toMarked : view.marked.size > 0);

/**
 * What the prompt bar is writing: the draft of a new task, of all marked ones or of the selected one. Null when there is
 * nothing to write to.
 */
export const draftKey = (state: State): string | null =>
  state.view.composing !== null
    ? NEW
    : state.view.rewriting !== null
      ? inputKey(state.view.rewriting)
      : isToMarked(state)
        ? MARKED
        : state.view.selected;

export const draft = (state: State): EditBuffer => {
  const key = draftKey(state);
  return (key === null ? undefined : state.drafts.get(key)) ?? EMPTY;
};

/**
 * What has not reached the server: messages, which stay in the queue, tasks that are being created, and tasks that
 * something was asked of together with others.
 */
export const unsettled = ({ deliveries, creating, orders }: State) => ({
  messages: deliveries.filter(({ stage }) => stage !== 'taken').length,
  creating: creating.length,
  ordered: orders.reduce((sum, order) => sum + leftOf(order), 0),
});

/** How fresh a pane's data is, in one word or two. */
export type Age =
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

export function howFresh(freshness: Freshness, now: number): Age {
  const { at, promised, error, retryAt } = freshness;
  if (error !== null) {
    return {
      kind: 'offline',
      why: error.kind,
      forMs: at === null ? null : now - at,
      retryInMs: Math.max(0, (retryAt ?? now) - now),
    };
  }
  if (at === null) return { kind: 'loading' };
  const late = now - at > promised + GRACE_MS;
  return late ? { kind: 'stale', forMs: now - at } : { kind: 'live' };
}

/** How long beyond its promise an answer may take before its pane says so, ms. */
const GRACE_MS = 5_000;

/** A remark about what a key did, or why it did nothing, is shown this long; ms. What went wrong stays. */
export const REMARK_MS = 20_000;

/** When the remark on screen goes, Unix ms; infinity where there is none. */
const remarkEnds = ({ notice }: Pick<State, 'notice'>): number =>
  notice === null || notice.tone === 'bad' ? Number.POSITIVE_INFINITY : notice.at + REMARK_MS;

/**
 * When the clock must move next because something on screen would read differently, Unix ms. A screen on which
 * nothing counts seconds stays untouched between two minute marks.
 */
export function nextTickAt(state: State): number {
  const { now } = state;
  const times = [now + 60_000];
  // How long the first answer has been waited for is counted on screen.
  if (state.list.at === null && state.list.error === null) times.push(now + 1_000);
  const selected = state.view.selected === null ? undefined : state.transcripts.get(state.view.selected);
  for (const freshness of selected === undefined ? [state.list] : [state.list, selected]) {
    const age = howFresh(freshness, now);
    if (age.kind === 'offline' || age.kind === 'stale') times.push(now + 1_000);
    else if (freshness.at !== null && freshness.promised !== Number.POSITIVE_INFINITY)
      times.push(freshness.at + freshness.promised + GRACE_MS + 1);
  }
  times.push(nextTaskTick(state.tasks, now), nextCount(state), remarkEnds(state));
  return Math.max(now + 50, Math.min(...times));
}

/** Until when every task stands as it does now, Unix ms, as far as that is up to the clock alone. */
export const standsUntil = ({ tasks, now }: Pick<State, 'tasks' | 'now'>): number =>
  Math.min(now + 60_000, nextTaskTick(tasks, now));

/** The next tick of each list, which holds from the time it was computed at until it is reached. */
const ticks = new WeakMap<readonly Task[], { readonly from: number; readonly next: number }>();

function nextTaskTick(tasks: readonly Task[], now: number): number {
  const known = ticks.get(tasks);
  if (known !== undefined && known.from <= now && now < known.next) return known.next;
  let next = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    const age = now - sinceWhen(task, now);
    next = Math.min(next, now + (age < DEBOUNCE_MS ? DEBOUNCE_MS - age : untilNextAge(age)));
  }
  ticks.set(tasks, { from: now, next });
  return next;
}

/** Whether anything in the list is expected to change by itself soon. */
export const isAnythingMoving = (state: State): boolean =>
  state.asked.size > 0 ||
  state.creating.length > 0 ||
  state.tasks.some((task) => {
    const phase = phaseIn(state, task);
    return phase === 'working' || isMoving(phase);
  });
