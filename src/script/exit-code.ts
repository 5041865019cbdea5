import { BackendError, type BackendErrorKind, NoTokenError, UsageError } from '../domain/errors.ts';

/** Exit codes; scripts depend on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Not signed in, or not allowed. */
  denied: 3,
  noSuchTask: 4,
  unreachable: 5,
  /** The server has neither Tasks nor Chats. */
  noTasks: 6,
  timedOut: 124,
  /** 128 + SIGINT, as in shells. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The time of `--timeout` is over. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof BackendError)
    return error.unavailable?.reason === 'refused' ? EXIT.denied : exitCodeOfKind(error.kind);
  if (error instanceof TimedOut) return EXIT.timedOut;
  if (error instanceof NoTokenError) return EXIT.denied;
  if (error instanceof UsageError) return EXIT.usage;
  return EXIT.failed;
}

function exitCodeOfKind(kind: BackendErrorKind): ExitCode {
  switch (kind) {
    case 'signed-out':
    case 'forbidden':
    case 'read-only':
      return EXIT.denied;
    case 'not-found':
      return EXIT.noSuchTask;
    case 'setup':
      return EXIT.usage;
    case 'no-tasks':
      return EXIT.noTasks;
    case 'unreachable':
    case 'timeout':
    case 'not-coder':
      return EXIT.unreachable;
    case 'aborted':
      return EXIT.interrupted;
    default:
      return EXIT.failed;
  }
}

export const highestExitCode = (codes: readonly ExitCode[]): ExitCode =>
  codes.reduce<ExitCode>((highest, code) => (code > highest ? code : highest), EXIT.done);
