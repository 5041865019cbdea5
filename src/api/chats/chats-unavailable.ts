import { BackendError } from '../../domain/errors.ts';

/** The error for a server without Chats. Coder has them since 2.32, without an experiment since 2.33. */
export function chatsUnavailable(version: string | null): BackendError {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  const subject =
    version === null || major === undefined || minor === undefined || major === '0'
      ? 'This server'
      : `This server runs Coder ${major}.${minor}, which`;
  return new BackendError({
    kind: 'no-tasks',
    message: `${subject} has no Chats.`,
    status: 404,
    tookEffect: 'no',
  });
}
