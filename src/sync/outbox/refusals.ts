import { BackendError } from '../../domain/errors.ts';
import { askedToWait, backOff } from '../back-off.ts';

/** How long to wait before a message is offered again to an agent that said it was busy, ms. */
const BUSY_PAUSE_MS = 2_000;

/** The shortest wait, even when the server asks for none: without one, the message would be sent again without a pause; ms. */
const SHORTEST_PAUSE_MS = 1_000;

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
  const asked = askedToWait(cause);
  const obeyed = asked === undefined ? undefined : Math.max(SHORTEST_PAUSE_MS, asked);
  const rest = Math.max(asked ?? 0, backOff(failures + 1, random));
  switch (cause.kind) {
    case 'busy':
      return { kind: 'later', restMs: obeyed ?? BUSY_PAUSE_MS, isNews: false };
    case 'rate-limited':
      return { kind: 'later', restMs: obeyed ?? Math.max(BUSY_PAUSE_MS, rest), isNews: false };
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
