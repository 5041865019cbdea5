import { BackendError, UsageError, withHint } from '../domain/errors.ts';
import { getFromAnySource } from '../domain/sources.ts';
import type { Task, TaskRef } from '../domain/task.ts';
import type { ScriptContext } from './script-context.ts';

/**
 * Parses a UUID, `name` of an own task, or `owner/name`.
 * @throws UsageError
 */
export function parseTaskArgument(text: string): TaskRef {
  const [first = '', second, ...rest] = text.trim().split('/');
  const owned = second !== undefined;
  if (rest.length > 0 || first === '' || (owned && second === '')) {
    throw new UsageError(`"${text}" is not a task name. Use NAME, OWNER/NAME or an id.`);
  }
  return owned ? { id: second, ownerName: first } : { id: first, ownerName: 'me' };
}

/** Loads a task. The error of an unknown name has a hint how to list the names. */
export async function findTask({ backend, signal }: ScriptContext, name: TaskRef): Promise<Task> {
  try {
    return await getFromAnySource(backend, name, signal);
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind !== 'not-found') throw error;
    throw withHint(error, '"taskdeck list --all --quiet" lists all names.');
  }
}
