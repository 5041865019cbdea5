import { BackendError } from './errors.ts';
import type { AgentBackend } from './ports/backend.ts';
import type { Source } from './ports/source.ts';
import type { Task, TaskRef } from './task.ts';

type Sources = Pick<AgentBackend, 'sources'>;

/**
 * The source of a task. The first source stands for one that the deployment does not have: its answers then say so, by
 * `not-found`.
 */
export const sourceOf = ({ sources }: Sources, { source }: Pick<Task, 'source'>): Source =>
  sources.find(({ id }) => id === source) ?? sources[0];

/** The source that creates tasks from templates. */
export const creatingSource = ({ sources }: Sources): Source => sources[0];

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
  let failure: unknown;
  for (const source of sources) {
    try {
      return await source.get(task, signal);
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'not-found') notFound ??= error;
      else failure ??= error;
    }
  }
  throw failure ?? notFound;
}
