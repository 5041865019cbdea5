import { BackendError } from '../../domain/errors.ts';
import { askedToWait, backOff } from '../back-off.ts';

/** How long to wait before a message is offered again to an agent that said it was busy, ms. */
const BUSY_PAUSE_MS = 2_000;

/** What to do with a message that was refused: offer it again after a rest, or give the text back. */
export type AfterRefusal =
  | {
      readonly kind: 'later';
      readonly restMs: number;
      /** The task is otherwise than we thought. */
      readonly isNews: boolean;
    }
  | { readonly kind: 'give-back' };

/** `failures` counts those in a row before this one; `random` is from 0 to below 1. */
export function afterRefusal(cause: unknown, failures: number, random: number): AfterRefusal {
  if (!(cause instanceof BackendError)) return { kind: 'give-back' };
  const rest = Math.max(askedToWait(cause) ?? 0, backOff(failures + 1, random));
  switch (cause.kind) {
    case 'busy':
      return { kind: 'later', restMs: askedToWait(cause) ?? BUSY_PAUSE_MS, isNews: false };
    case 'rate-limited':
      return { kind: 'later', restMs: askedToWait(cause) ?? Math.max(BUSY_PAUSE_MS, rest), isNews: false };
    case 'conflict':
      return { kind: 'later', restMs: Math.max(BUSY_PAUSE_MS, rest), isNews: true };
    case 'setup':
    case 'unreachable':
    case 'timeout':
    case 'signed-out':
    case 'not-coder':
    case 'server':
    case 'bad-answer':
      return { kind: 'later', restMs: rest, isNews: false };
    default:
      return { kind: 'give-back' };
  }
}
