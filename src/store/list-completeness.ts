import { parentIdOf } from '../domain/families.ts';
import { mergeNewestFirst } from '../domain/sources.ts';
import type { SourceId, Task } from '../domain/task.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { hasAnswered, type ListFreshness } from './list-freshness.ts';
import { taskById } from './task-index.ts';

/** Which lists may lack tasks of their scope. */
export interface ListCompleteness {
  /** The sources whose last list may lack tasks. */
  readonly incompleteSources: ReadonlyMap<SourceId, CutList>;
  /** The limit of the lists; null for that of the source. */
  readonly listLimit: number | null;
  /** Tasks that their last list did not hold, although they may exist. */
  readonly unlistedIds: ReadonlySet<string>;
}

interface CutList {
  /** It was cut at its limit, so that a larger limit lists more. */
  readonly more: boolean;
  /** Null for the limit of the source. */
  readonly limit: number | null;
}

/** No list is cut. */
export const WHOLE_LIST: ListCompleteness = {
  incompleteSources: new Map(),
  listLimit: null,
  unlistedIds: new Set(),
};

type State = ListCompleteness & ListFreshness & { readonly tasks: readonly Task[] };

interface ReceivedList {
  readonly source: SourceId;
  readonly tasks: readonly Task[];
  readonly isComplete?: boolean;
  readonly limit?: number;
}

/** The list with the known tasks that it does not hold, if it is incomplete. `shown`: its tasks as they are shown. */
export function withMissingTasks(
  state: State,
  { source, tasks, isComplete = true }: ReceivedList,
  shown: readonly Task[],
): readonly Task[] {
  const missing = isComplete ? [] : missingTasks(state, source, tasks);
  return missing.length === 0 ? shown : mergeNewestFirst(shown, missing);
}

/** The known tasks of a source that its list does not hold. A listed task comes with all its sub-agents. */
function missingTasks({ tasks }: State, source: SourceId, received: readonly Task[]): readonly Task[] {
  const inList = new Set(received.map(({ id }) => id));
  return tasks.filter(
    (task) => task.source === source && !inList.has(task.id) && !inList.has(parentIdOf(task) ?? task.id),
  );
}

/** Whether lists are cut after this one, and which tasks they do not hold. `state`: before it. */
export function completenessAfter(
  state: State,
  { source, tasks, isComplete = true, limit }: ReceivedList,
): Partial<ListCompleteness> {
  const { incompleteSources, unlistedIds } = state;
  if (isComplete && !incompleteSources.has(source)) return {};
  const isOther = (id: string): boolean => (taskById(state, id)?.source ?? source) !== source;
  const missing = isComplete ? [] : missingTasks(state, source, tasks).map(({ id }) => id);
  const ids = [...[...unlistedIds].filter(isOther), ...missing];
  const isSame = ids.length === unlistedIds.size && ids.every((id) => unlistedIds.has(id));
  return {
    incompleteSources: isComplete
      ? withoutEntries(incompleteSources, (each) => each === source)
      : withCutList(state, source, limit ?? null),
    unlistedIds: isSame ? unlistedIds : new Set(ids),
  };
}

/** One incomplete list among complete ones lacks a task that moved meanwhile. It is cut when the next is incomplete, too. */
function withCutList(
  { incompleteSources, sourceFreshness }: State,
  source: SourceId,
  limit: number | null,
): ListCompleteness['incompleteSources'] {
  const before = incompleteSources.get(source);
  const freshness = sourceFreshness.get(source);
  const more = before !== undefined || freshness === undefined || !hasAnswered(freshness);
  const isSame = before !== undefined && before.more === more && before.limit === limit;
  const cut: CutList = { more, limit };
  return isSame ? incompleteSources : withEntry(incompleteSources, source, cut);
}

/** How many more tasks each request for more lists. */
const MORE_TASKS = 100;

/** The next higher limit. Sub-agents come with the task that they belong to, so they do not count. */
export function nextLimit({ tasks, incompleteSources }: State): number {
  const counts = [...incompleteSources.keys()].map(
    (source) => tasks.filter((task) => task.source === source && parentIdOf(task) === null).length,
  );
  return Math.max(0, ...counts) + MORE_TASKS;
}

/** Whether a list was cut at its limit, so that there may be more tasks. */
export const canListMore = ({ incompleteSources }: ListCompleteness): boolean =>
  [...incompleteSources.values()].some(({ more }) => more);

/** Whether a list with a higher limit has been requested and not received. */
export const isListingMore = ({ incompleteSources, listLimit }: ListCompleteness): boolean =>
  listLimit !== null &&
  [...incompleteSources.values()].some(({ more, limit }) => more && limit !== listLimit);
