import { type Action, PIN } from './action.ts';
import { pinOrderOf } from './row-order.ts';
import type { Availability } from './rules.ts';
import type { Task } from './task.ts';

const UNPIN = 'unpin';
const isPinned = (task: Task): boolean => pinOrderOf(task) > 0;

interface PinRules {
  /** Why a task cannot be pinned at all. Default: every task can. */
  readonly mayPin?: (task: Task) => Availability;
  /** Whether taskdeck stores the pin, because the server cannot. */
  readonly isOwn?: boolean;
}

/** The actions that pin and unpin a task, each the inverse of the other. One key does both. */
export const pinActions = ({ mayPin = () => true, isOwn = false }: PinRules): readonly Action[] => [
  {
    id: PIN,
    verb: { present: 'pin', participle: 'pinning', past: 'pinned', accepted: 'pinned' },
    title: 'Pin the task, or unpin it',
    keys: ['*'],
    isFor: (task) => !isPinned(task),
    bulk: {},
    undo: { inverse: UNPIN },
    ...(isOwn && { ownPin: true }),
    mayOn(task) {
      const availability = mayPin(task);
      return availability === true && isPinned(task) ? 'It is already pinned.' : availability;
    },
  },
  {
    id: UNPIN,
    verb: { present: 'unpin', participle: 'unpinning', past: 'unpinned', accepted: 'unpinned' },
    title: 'Unpin the task',
    keys: [],
    standsFor: PIN,
    isFor: isPinned,
    bulk: {},
    undo: { inverse: PIN },
    ...(isOwn && { ownPin: false }),
    mayOn: (task) => isPinned(task) || 'It is not pinned.',
  },
];
