import { BackendError } from './errors.ts';

/** Why nothing is sent in read-only mode. */
export const READ_ONLY_REASON = 'Read-only: nothing is sent.';

/** The error of a request that is not sent because it could change something. */
export const readOnlyError = (message = READ_ONLY_REASON): BackendError =>
  new BackendError({ kind: 'read-only', message, tookEffect: 'no' });

/** Whether the variable TASKDECK_READ_ONLY turns read-only mode on. */
export const isReadOnlyIn = (env: Readonly<Record<string, string | undefined>>): boolean =>
  !['', '0', 'false'].includes(env.TASKDECK_READ_ONLY ?? '');
