import type { BackendError } from '../../domain/errors.ts';
import { type LocalReads, withLocalRead, withLocalReads } from '../../domain/local-read.ts';
import { allWithOwnFields, type OwnFieldsById, withOwnFields } from '../../domain/own-fields.ts';
import {
  includesOwnTasks,
  isSameScope,
  MINE,
  type OwnerScope,
  scopeIncludes,
  scopeKey,
} from '../../domain/owner-scope.ts';
import { mergeNewestFirst } from '../../domain/sources.ts';
import { reuseUnchangedTask, type SourceId, type Task } from '../../domain/task.ts';
import { failedRefresh, freshAt, NEVER_LOADED } from '../freshness.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import {
  completenessAfter,
  type ListCompleteness,
  nextLimit,
  WHOLE_LIST,
  withMissingTasks,
} from '../list-completeness.ts';
import {
  changeFreshness,
  hasAnswered,
  type ListFreshness,
  withFreshness,
  withSources,
} from '../list-freshness.ts';
import { memoize } from '../memoize.ts';
import type { ReportTimes } from '../report-times.ts';
import { haveSameIds, knownTask, taskById, withPositionsOf } from '../task-index.ts';
import type { ConnectionState } from './connection.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The tasks, and whose tasks are listed. Times are Unix ms. */
export interface TasksState extends ListFreshness, ListCompleteness {
  /** In server order, newest first. */
  readonly tasks: readonly Task[];
  /** The owners whose tasks the user selected. */
  readonly selectedScope: OwnerScope;
  /** The owners of `tasks` (`listFreshness` is theirs): those of `selectedScope`, or others that the filter names. */
  readonly listedScope: OwnerScope;
  /** The owners that the server refused to list for this filter; null once the filter changes. */
  readonly rejectedScope: { readonly filter: string; readonly selectedScope: OwnerScope } | null;
  /** When `listedScope` last changed. */
  readonly listedSince: number;
  /** The last selected scope that the server listed. The fallback when the server refuses another. */
  readonly lastAcceptedScope: OwnerScope;
  /** The last lists of other scopes, by `scopeKey`. Their tasks count as existing. */
  readonly parkedLists: ReadonlyMap<string, ParkedList>;
  /**
   * When a task was created here, last fetched alone, and removed. The response to an older list request does not
   * override these. By task id.
   */
  readonly createdAtById: ReadonlyMap<string, number>;
  readonly fetchedAtById: ReadonlyMap<string, number>;
  /** `source`: null when unknown. */
  readonly removedAtById: ReadonlyMap<string, { readonly at: number; readonly source: SourceId | null }>;
  /** Of the Coder Tasks that were listed. */
  readonly reportTimes: ReportTimes;
}

/** The last list of a scope that is not listed now. */
export interface ParkedList {
  readonly tasks: readonly Task[];
  /** When it was requested, Unix ms. */
  readonly at: number;
  readonly selected: string | null;
}

export const initialTasks = (now: number): TasksState => ({
  tasks: [],
  listFreshness: NEVER_LOADED,
  sourceFreshness: new Map(),
  selectedScope: MINE,
  listedScope: MINE,
  rejectedScope: null,
  listedSince: now,
  lastAcceptedScope: MINE,
  parkedLists: new Map(),
  createdAtById: new Map(),
  fetchedAtById: new Map(),
  removedAtById: new Map(),
  reportTimes: new Map(),
  ...WHOLE_LIST,
});

/** `startedAt` is when the request started. */
export type TasksEvent =
  /** The sources of the deployment. Stored tasks of others go. */
  | { readonly type: 'sources-known'; readonly sources: readonly SourceId[] }
  | {
      readonly type: 'list-received';
      readonly source: SourceId;
      /** The scope of the request; `listedScope` when missing. A list of another scope is ignored. */
      readonly scope?: OwnerScope;
      readonly tasks: readonly Task[];
      /** Whether a task that is missing is gone. Missing: yes. */
      readonly isComplete?: boolean;
      /** The requested limit; that of the source when missing. */
      readonly limit?: number;
      readonly startedAt: number;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** The list of the last run, received at `at`. Ignored once the server has answered. */
  | { readonly type: 'list-restored'; readonly tasks: readonly Task[]; readonly at: number }
  | {
      readonly type: 'list-failed';
      readonly source: SourceId;
      readonly error: BackendError;
      readonly retryAt: number;
      readonly now: number;
    }
  /** A stream that reported changes of the list ended: a response is due `refreshMs` after `now`. */
  | {
      readonly type: 'list-watch-ended';
      readonly source: SourceId;
      readonly refreshMs: number;
      readonly now: number;
    }
  /** Ignored when the task is not listed, and when the known one was requested later. */
  | { readonly type: 'task-received'; readonly task: Task; readonly startedAt: number; readonly now: number }
  | { readonly type: 'task-disappeared'; readonly taskId: string; readonly now: number }
  /** Raises the limit of the lists that are cut. */
  | { readonly type: 'more-tasks-requested' }
  | { readonly type: 'scope-selected'; readonly scope: OwnerScope; readonly now: number }
  /** The server refuses to list this scope; the list before it comes back. `text`: the server's reason. */
  | {
      readonly type: 'scope-failed';
      readonly scope: OwnerScope;
      readonly text: string;
      readonly now: number;
    };

/** Facts that this taskdeck adds to the tasks of a response. */
interface Additions {
  readonly reads: LocalReads;
  readonly ownFields: OwnFieldsById;
}

/** The same list for equal arguments, so that equal responses change nothing. */
const withAdditions = memoize((tasks: readonly Task[], reads: LocalReads, ownFields: OwnFieldsById) =>
  allWithOwnFields(withLocalReads(tasks, reads), ownFields),
);

/** The user, the additions, and the filter for which the server refused a scope. */
type Reads = Pick<ConnectionState, 'user'> & Additions & { readonly view: { readonly filter: string } };

export const tasksReducer = {
  'sources-known'(state, { sources }) {
    const { tasks, sourceFreshness } = state;
    if (sources.length === sourceFreshness.size && sources.every((source) => sourceFreshness.has(source)))
      return {};
    const known = tasks.filter(({ source }) => sources.includes(source));
    return {
      ...withSources(state, sources),
      tasks: known.length === tasks.length ? tasks : known,
    };
  },
  'list-received'(state, event) {
    if (!isOfListedScope(state, event)) return {};
    const { listedScope, selectedScope, lastAcceptedScope } = state;
    return {
      ...receiveList(
        state,
        event.source,
        withMissingTasks(state, event, withAdditions(event.tasks, state.reads, state.ownFields)),
        event.startedAt,
        event.isComplete,
      ),
      ...completenessAfter(state, event),
      ...withFreshness(state, event.source, freshAt(event.startedAt, event.refreshMs)),
      lastAcceptedScope: isSameScope(listedScope, selectedScope) ? selectedScope : lastAcceptedScope,
    };
  },
  'list-restored': (state, { tasks, at }) =>
    state.listFreshness.requestedAt !== null
      ? {}
      : {
          tasks: allWithOwnFields(tasks, state.ownFields),
          ...changeFreshness(state, (before) => ({ ...before, requestedAt: at })),
        },
  'list-failed': (state, event) => {
    const before = state.sourceFreshness.get(event.source) ?? state.listFreshness;
    return withFreshness(state, event.source, failedRefresh(before, event));
  },
  'list-watch-ended'(state, { source, refreshMs, now }) {
    const before = state.sourceFreshness.get(source);
    if (before === undefined || !hasAnswered(before)) return {};
    const due = now - (before.requestedAt ?? now) + refreshMs;
    return withFreshness(state, source, { ...before, refreshMs: Math.min(before.refreshMs, due) });
  },
  'task-received': (state, { task, startedAt }) => receiveTask(state, task, startedAt),
  'task-disappeared': (state, { taskId, now }) => removeTask(state, taskId, now),
  'more-tasks-requested': (state) => ({ listLimit: nextLimit(state) }),
  'scope-selected': ({ selectedScope }, { scope }) =>
    isSameScope(selectedScope, scope) ? {} : { selectedScope: scope },
  'scope-failed': rejectScope,
} satisfies SliceReducer<TasksState, TasksEvent, Reads>;

/** False for the response to a request that started before the scope changed. */
export const isOfListedScope = (
  { listedScope }: Pick<TasksState, 'listedScope'>,
  { scope = listedScope }: Extract<TasksEvent, { readonly type: 'list-received' }>,
): boolean => isSameScope(scope, listedScope);

/**
 * Replaces the tasks of a source with its list that was requested at `startedAt`. Tasks that were created, removed or
 * fetched alone since then stay as they are. Only its own source knows whether a task exists.
 */
function receiveList(
  state: TasksState & Reads,
  source: SourceId,
  listed: readonly Task[],
  startedAt: number,
  isComplete = true,
): Change<TasksState> {
  // A list includes the changes of its source before its request.
  const isOld = (id: string, at: number): boolean =>
    at < startedAt && (knownTask(state, id)?.source ?? source) === source;
  const created = withoutEntries(state.createdAtById, isOld);
  const fetched = withoutEntries(state.fetchedAtById, isOld);
  const removed = withoutEntries(
    state.removedAtById,
    (_, removal) => removal.at < startedAt && (removal.source ?? source) === source,
  );
  const times = { createdAtById: created, fetchedAtById: fetched, removedAtById: removed };
  const isOfOther = (task: Task): boolean => task.source !== source;
  const others = listed === state.tasks ? [] : state.tasks.filter(isOfOther);
  const own = others.length === 0 ? state.tasks : state.tasks.filter((task) => !isOfOther(task));
  // Most polls return the current list.
  const isUnchanged = listed === own || (others.length > 0 && isSameList(listed, own));
  if (isUnchanged && fetched.size === 0 && removed.size === 0) return times;
  const isSettled = created.size + fetched.size + removed.size + state.parkedLists.size === 0;
  if (isSettled && haveSameIds(listed, own)) {
    const fresh = listed.values();
    const tasks = state.tasks.map((task) =>
      isOfOther(task) ? task : reuseUnchangedTask(task, fresh.next().value ?? task),
    );
    return { ...times, tasks: withPositionsOf(state.tasks, sameList(tasks, listed, state.tasks)) };
  }
  const inList = new Set(listed.map(({ id }) => id));
  const justCreated = own.filter(({ id }) => created.has(id) && !inList.has(id));
  const current = listed
    .filter(({ id }) => !removed.has(id))
    .map((task) => {
      const known = knownTask(state, task.id) ?? undefined;
      return known !== undefined && fetched.has(task.id) ? known : reuseUnchangedTask(known, task);
    });
  const tasks = mergeNewestFirst([...justCreated, ...current], others);
  const stays = (task: Task): boolean =>
    isOfOther(task) ||
    !isComplete ||
    inList.has(task.id) ||
    created.has(task.id) ||
    (taskById(state, task.id) === null && isInListedScope(state, task) !== true);
  return {
    ...times,
    tasks: sameList(tasks, listed, state.tasks),
    parkedLists: withoutParked(state.parkedLists, (task) => !stays(task)),
  };
}

const isSameList = (one: readonly Task[], other: readonly Task[]): boolean =>
  one.length === other.length && one.every((task, index) => task === other[index]);

/** One of `lists` with the same tasks, else `tasks`. */
const sameList = (tasks: readonly Task[], ...lists: readonly (readonly Task[])[]): readonly Task[] =>
  lists.find((list) => isSameList(list, tasks)) ?? tasks;

/** Null when unknown. */
const isInListedScope = ({ listedScope, user }: TasksState & Reads, task: Task): boolean | null =>
  scopeIncludes(listedScope, task, user?.username ?? null);

/** Replaces one task, requested at `startedAt`, in place. */
export function receiveTask(
  state: TasksState & Additions,
  task: Task,
  startedAt: number,
): Change<TasksState> {
  const index = state.tasks.findIndex(({ id }) => id === task.id);
  if (index === -1 || startedAt < (state.fetchedAtById.get(task.id) ?? startedAt)) return {};
  const fresh = reuseUnchangedTask(
    state.tasks[index],
    withOwnFields(withLocalRead(task, state.reads), state.ownFields),
  );
  return {
    tasks:
      state.tasks[index] === fresh
        ? state.tasks
        : withPositionsOf(state.tasks, state.tasks.with(index, fresh)),
    fetchedAtById: withEntry(state.fetchedAtById, task.id, startedAt),
  };
}

/** Adds a task of the user that was created here: to the listed tasks if they include it, else to the parked own ones. */
export function addTask(state: TasksState & Additions, task: Task, now: number): Change<TasksState> {
  if (!includesOwnTasks(state.listedScope, task)) return { parkedLists: withOwnTaskParked(state, task) };
  if (taskById(state, task.id) !== null) return receiveTask(state, task, now);
  return {
    tasks: [task, ...state.tasks],
    createdAtById: withEntry(state.createdAtById, task.id, now),
  };
}

function withOwnTaskParked(state: TasksState, task: Task): TasksState['parkedLists'] {
  const key = scopeKey(MINE);
  const mine = state.parkedLists.get(key);
  return mine === undefined || knownTask(state, task.id) !== null
    ? state.parkedLists
    : withEntry(state.parkedLists, key, { ...mine, tasks: [task, ...mine.tasks] });
}

/** Removes a task from all lists. */
export function removeTask(
  { tasks, parkedLists, removedAtById }: TasksState,
  taskId: string,
  now: number,
): Change<TasksState> {
  const source = knownTask({ tasks, parkedLists }, taskId)?.source ?? null;
  return {
    tasks: taskById({ tasks }, taskId) === null ? tasks : tasks.filter(({ id }) => id !== taskId),
    parkedLists: withoutParked(parkedLists, ({ id }) => id === taskId),
    removedAtById: withEntry(removedAtById, taskId, { at: now, source }),
  };
}

/** Returns the same map when no task is unwanted. */
function withoutParked(
  parkedLists: TasksState['parkedLists'],
  isUnwanted: (task: Task) => boolean,
): TasksState['parkedLists'] {
  let changed = false;
  const next = new Map<string, ParkedList>();
  for (const [key, parked] of parkedLists) {
    const tasks = parked.tasks.filter((task) => !isUnwanted(task));
    if (tasks.length !== parked.tasks.length) changed = true;
    next.set(key, tasks.length === parked.tasks.length ? parked : { ...parked, tasks });
  }
  return changed ? next : parkedLists;
}

/** Returns to the last accepted scope, or else to the user's own tasks. */
function rejectScope(
  state: TasksState & Reads,
  { scope }: { readonly scope: OwnerScope },
): Change<TasksState> {
  if (!isSameScope(state.listedScope, scope)) return {};
  return isSameScope(state.selectedScope, scope)
    ? { selectedScope: isSameScope(state.lastAcceptedScope, scope) ? MINE : state.lastAcceptedScope }
    : { rejectedScope: { filter: state.view.filter, selectedScope: scope } };
}
