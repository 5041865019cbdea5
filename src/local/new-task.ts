import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { nameFault } from '../domain/task-name.ts';
import { systemReason } from '../platform/system-error.ts';
import type { CreateTaskRequest } from '../wire/task.ts';
import { displayNameFor, isDisplayNameTooLong, nameFor } from './names.ts';
import { Refusal } from './refusal.ts';

export interface Names {
  readonly name: string;
  readonly displayName: string;
}

/** The names a new task gets: those that were asked for, or made from its prompt. Throws the refusals of wrong ones. */
export function namesFor(request: CreateTaskRequest, isTaken: (name: string) => boolean): Names {
  const displayName = request.display_name ?? '';
  if (isDisplayNameTooLong(displayName)) {
    throw new Refusal(400, 'Display name must be 64 characters or less.');
  }
  const wanted = request.name ?? '';
  if (wanted === '') {
    return {
      name: unusedName(request.input, isTaken),
      displayName: displayName === '' ? displayNameFor(request.input) : displayName,
    };
  }
  const fault = nameFault(wanted);
  if (fault !== null) throw new Refusal(400, 'Unable to create a Task with the provided name.', fault);
  if (isTaken(wanted)) {
    throw new Refusal(409, `Workspace ${JSON.stringify(wanted)} already exists.`, undefined, [
      { field: 'name', detail: 'Another task has this name.' },
    ]);
  }
  return { name: wanted, displayName };
}

function unusedName(prompt: string, isTaken: (name: string) => boolean): string {
  for (;;) {
    const name = nameFor(prompt);
    if (!isTaken(name)) return name;
  }
}

/** The path, cleaned up. Throws the refusal of a directory that is not there. */
export function existingDirectory(directory: string): string {
  const fault = faultOf(directory);
  if (fault === null) return path.normalize(directory);
  throw new Refusal(400, 'Unable to use the working directory.', fault, [
    { field: 'directory', detail: fault },
  ]);
}

function faultOf(directory: string): string | null {
  if (!path.isAbsolute(directory)) return 'must be an absolute path';
  try {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) return `${directory} is not a directory`;
    accessSync(directory, constants.X_OK);
    return null;
  } catch (error) {
    return `${directory} cannot be used: ${systemReason(error)}`;
  }
}
