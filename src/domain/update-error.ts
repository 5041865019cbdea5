/**
 * Whether a part of taskdeck could not be loaded because its file is gone: an update has replaced it since the start. The
 * launcher (bin/code-cache.js) throws such errors; their message says what to do.
 */
export const isUpdateError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'TASKDECK_UPDATED';

export const UPDATE_MESSAGE = 'taskdeck was updated: restart it.';
