import { BackendError, UsageError, withHint } from '../domain/errors.ts';
import type { Task, TaskRef } from '../domain/task.ts';
import type { ScriptContext } from './context.ts';

/** How people name a task: by UUID, by `name` when it is theirs, or as `owner/name`. */
export function parseTaskArgument(text: string): TaskRef {
  const [first = '', second, ...rest] = text.trim().split('/');
  const owned = second !== undefined;
  if (rest.length > 0 || first === '' || (owned && second === '')) {
    throw new UsageError(`"${text}" does not name a task: use its name, owner/name, or its id.`);
  }
  return owned ? { id: second, ownerName: first } : { id: first, ownerName: 'me' };
}

/** Asks for a task, and says how to find out its name when there is none of this one. */
export async function findTask({ backend, signal }: ScriptContext, name: TaskRef): Promise<Task> {
  try {
    return await backend.get(name, signal);
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind !== 'not-found') throw error;
    throw withHint(error, '"taskdeck list --all --quiet" tells the names of those there are.');
  }
}
