import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { taskNameError } from '../../domain/task-name.ts';
import { systemReason } from '../../platform/system-error.ts';
import type { CreateTaskRequest } from '../../wire/task.ts';
import { ErrorResponse } from '../http/error-response.ts';
import { displayNameFromPrompt, isDisplayNameTooLong, taskNameFromPrompt } from './task-names.ts';

export interface TaskNames {
  readonly name: string;
  readonly displayName: string;
}

/** The names of a new task: from the request, else from its prompt. Throws a 400 or 409 for unusable names. */
export function taskNamesFor(request: CreateTaskRequest, isTaken: (name: string) => boolean): TaskNames {
  const displayName = request.display_name ?? '';
  if (isDisplayNameTooLong(displayName)) {
    throw new ErrorResponse(400, 'Display name must be 64 characters or less.');
  }
  const requestedName = request.name ?? '';
  if (requestedName === '') {
    return {
      name: unusedName(request.input, isTaken),
      displayName: displayName === '' ? displayNameFromPrompt(request.input) : displayName,
    };
  }
  const fault = taskNameError(requestedName);
  if (fault !== null) throw new ErrorResponse(400, 'Unable to create a Task with the provided name.', fault);
  if (isTaken(requestedName)) {
    throw new ErrorResponse(409, `Workspace ${JSON.stringify(requestedName)} already exists.`, undefined, [
      { field: 'name', detail: 'Another task has this name.' },
    ]);
  }
  return { name: requestedName, displayName };
}

function unusedName(prompt: string, isTaken: (name: string) => boolean): string {
  for (;;) {
    const name = taskNameFromPrompt(prompt);
    if (!isTaken(name)) return name;
  }
}

/** Returns the normalised path. Throws a 400 unless it is an existing directory. */
export function validatedDirectory(directory: string): string {
  const fault = directoryError(directory);
  if (fault === null) return path.normalize(directory);
  throw new ErrorResponse(400, 'Unable to use the working directory.', fault, [
    { field: 'directory', detail: fault },
  ]);
}

function directoryError(directory: string): string | null {
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
