/**
 * Whether a module is missing because an update replaced it since the start. The launcher (bin/code-cache.js) throws
 * this error; its message says what to do.
 */
export const isUpdateError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'TASKDECK_UPDATED';

export const UPDATE_MESSAGE = 'taskdeck was updated: restart it.';
