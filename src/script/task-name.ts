import { UsageError } from '../domain/errors.ts';
import type { TaskRef } from '../domain/task.ts';

/** How people name a task: by UUID, by `name` when it is theirs, or as `owner/name`. */
export function parseTaskName(text: string): TaskRef {
  const [first = '', second, ...rest] = text.trim().split('/');
  const owned = second !== undefined;
  if (rest.length > 0 || first === '' || (owned && second === '')) {
    throw new UsageError(`"${text}" does not name a task: use its name, owner/name, or its id.`);
  }
  return owned ? { id: second, ownerName: first } : { id: first, ownerName: 'me' };
}
