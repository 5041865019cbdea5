/**
 * Whether a part of taskdeck could not be loaded because its file is gone: an update has replaced it since the start. The
 * launcher (bin/code-cache.js) throws such errors; their message says what to do.
 */
export const isUpdated = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'TASKDECK_UPDATED';

export const UPDATED = 'taskdeck was updated: restart it.';
