import { BackendError } from './errors.ts';
import type { AgentBackend } from './ports/backend.ts';
import { isNewChat, type ListQuery, type NewTask, type Source } from './ports/source.ts';
import { CHATS, type SourceId, type Task, type TaskRef } from './task.ts';
import { neitherAvailable } from './unavailable.ts';

type Sources = Pick<AgentBackend, 'sources'>;

/**
 * The source of a task. The first source stands for one that the deployment does not have: its answers then say so, by
 * `not-found`.
 */
export const sourceOf = ({ sources }: Sources, { source }: Pick<Task, 'source'>): Source =>
  sources.find(({ id }) => id === source) ?? sources[0];

/** The source that creates a task of this kind. Without chats, the first source says that it cannot. */
export const creatingSource = ({ sources }: Sources, task?: NewTask): Source =>
  (task !== undefined && isNewChat(task) ? sources.find(({ id }) => id === CHATS) : undefined) ?? sources[0];

/**
 * Loads a task of unknown source: asks each source until one has it. Rejects with `not-found` only when no source has
 * it, else with the error of a source that could not tell.
 */
export async function getFromAnySource(
  { sources }: Sources,
  task: TaskRef,
  signal: AbortSignal,
): Promise<Task> {
  let notFound: unknown;
  const notOffered: unknown[] = [];
  let failure: unknown;
  for (const source of sources) {
    try {
      return await source.get(task, signal);
    } catch (error) {
      const kind = error instanceof BackendError ? error.kind : null;
      if (kind === 'not-found') notFound ??= error;
      else if (kind === 'no-tasks') notOffered.push(error);
      else failure ??= error;
    }
  }
  throw failure ?? notFound ?? notOfferedError(notOffered);
}

/** A query for all sources, or for each its own. */
type QueryOf = ListQuery | ((source: Source) => ListQuery);

/** The lists of all sources of a deployment. */
export interface SourceLists {
  /** Newest first. */
  readonly tasks: readonly Task[];
  /** The errors of sources that fail while others do not, with the failing source in their message. */
  readonly failures: ReadonlyMap<SourceId, BackendError>;
}

/**
 * Lists all sources. It is no failure when the server does not have one of several sources. When no source can be listed,
 * rejects with the error of the first one that the server has, or that the server has none.
 */
export async function listAllSources(
  { sources }: Sources,
  query: QueryOf,
  signal: AbortSignal,
): Promise<SourceLists> {
  const queryFor = typeof query === 'function' ? query : () => query;
  const results = await Promise.allSettled(
    sources.map(async (source) => source.list(queryFor(source), signal)),
  );
  const lists: (readonly Task[])[] = [];
  const errors = new Map<SourceId, unknown>();
  results.forEach((result, index) => {
    if (result.status === 'fulfilled') lists.push(result.value);
    else errors.set(sources[index]?.id ?? '', result.reason);
  });
  if (lists.length === 0) {
    const all = [...errors.values()];
    throw all.find((error) => !isNotOffered(error)) ?? notOfferedError(all);
  }
  const failures = new Map<SourceId, BackendError>();
  for (const [source, error] of errors) {
    // A fault of taskdeck, or the end of the command.
    if (!(error instanceof BackendError) || error.kind === 'aborted') throw error;
    if (error.kind !== 'no-tasks') failures.set(source, listError(source, error));
  }
  return { tasks: lists.reduce((merged, list) => mergeNewestFirst(merged, list)), failures };
}

/** The server does not have the source. */
const isNotOffered = (error: unknown): boolean => error instanceof BackendError && error.kind === 'no-tasks';

/** One error for the errors of sources that the server does not have. */
function notOfferedError(errors: readonly unknown[]): unknown {
  const [first, ...others] = errors.filter((error) => error instanceof BackendError);
  return first === undefined ? errors[0] : neitherAvailable([first, ...others]);
}

const listError = (source: SourceId, error: BackendError): BackendError =>
  new BackendError({ ...error, message: `Cannot list ${source}: ${error.message}`, cause: error });

/** The lists of two sources as one. Each keeps its own order; the same list when the other is empty. */
export function mergeNewestFirst(one: readonly Task[], other: readonly Task[]): readonly Task[] {
  if (other.length === 0) return one;
  const merged: Task[] = [];
  let next = 0;
  for (const task of one) {
    for (let each = other[next]; each !== undefined && each.createdAt > task.createdAt; each = other[++next])
      merged.push(each);
    merged.push(task);
  }
  return [...merged, ...other.slice(next)];
}
