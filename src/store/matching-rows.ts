import { matchedRanges, matchesQuery, type TextRange } from '../domain/matches-query.ts';
import { organizationNames } from '../domain/organization-names.ts';
import { phaseAgeMs } from '../domain/phase-since.ts';
import { parseTaskQuery, type Query } from '../domain/query.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { memoize } from './memoize.ts';
import { attentionSigns } from './slices/attention.ts';
import type { State } from './state.ts';
import { tasksWithIds } from './task-index.ts';
import { taskStatus } from './task-status.ts';

/**
 * The tasks that pass the filters, in row order, folded ones included. With a filter, `visibleTasks` has the parents of
 * matching sub-agents besides.
 */
export const matchingRows = (state: State): readonly Task[] =>
  applyFilter(
    state.view.needsAttentionIds === null
      ? inRowOrder(state.tasks, state.rowOrder)
      : needingRows(state.tasks, state.view.needsAttentionIds),
    state,
  );

const inRowOrder = memoize(tasksWithIds);
const needingRows = memoize(tasksWithIds);

/** Whether some tasks are hidden: then all sub-agents that match have rows. */
export const isFiltered = ({ view }: Pick<State, 'view'>): boolean =>
  view.needsAttentionIds !== null || parseFilter(view.filter).terms.length > 0;

export const parseFilter = memoize(parseTaskQuery);

/** The letters of the task's title that the filter matches; offsets in the sanitised title, UTF-16. */
export const titleMatches = ({ view }: Pick<State, 'view'>, task: Task): readonly TextRange[] =>
  view.filter === '' ? [] : matchedRanges(task, sanitiseLine(titleOf(task)), parseFilter(view.filter));

const applyFilter = (tasks: readonly Task[], state: State): readonly Task[] =>
  applyQuery(tasks, state, parseFilter(state.view.filter));

/** The number of tasks that match, sub-agents included. */
export const countMatches = (state: State, query: Query): number =>
  applyQuery(state.tasks, state, query).length;

function applyQuery(tasks: readonly Task[], state: State, query: Query): readonly Task[] {
  if (query.terms.length === 0) return tasks;
  // Constants keep the memoized result while the parts of the state change that the filter does not read.
  return matchingTasks(
    tasks,
    query,
    query.isTimeDependent ? state.pendingChanges : NO_PENDING_CHANGES,
    query.isTimeDependent ? state.now : 0,
    query.readsAttention ? state.seenFingerprints : NOTHING_SEEN,
    query.readsOrganizations ? state.organizations.value : null,
    state.user?.username ?? null,
    state.deployment.home,
  );
}

const NO_PENDING_CHANGES: State['pendingChanges'] = new Map();
const NOTHING_SEEN: State['seenFingerprints'] = new Map();

const matchingTasks = memoize(
  (
    tasks: readonly Task[],
    query: Query,
    pendingChanges: State['pendingChanges'],
    now: number,
    seenFingerprints: State['seenFingerprints'],
    organizations: State['organizations']['value'],
    me: string | null,
    home: string | undefined,
  ) => {
    const names = organizations === null ? null : namesOf(organizations);
    const state = { pendingChanges, seenFingerprints, now };
    const matches = (task: Task): boolean =>
      matchesQuery(
        {
          task,
          phase: taskStatus(state, task).phase,
          ageMs: phaseAgeMs(task, now),
          now,
          me,
          signs: () => attentionSigns(state, task),
          organizations: names,
          ...(home !== undefined && { home }),
        },
        query,
      );
    if (query.isTimeDependent) return tasks.filter(matches);
    const known = knownMatches(query, organizations, me, home);
    return tasks.filter((task) => {
      const before = known.get(task);
      if (before !== undefined) return before;
      const result = matches(task);
      known.set(task, result);
      return result;
    });
  },
);

/** Tasks keep their identity while they are equal, so that a poll tests only those that have changed. */
const knownMatches = memoize(
  (
    _query: Query,
    _organizations: State['organizations']['value'],
    _me: string | null,
    _home: string | undefined,
  ) => new WeakMap<Task, boolean>(),
);

const namesOf = memoize(organizationNames);
