import type { LocalReads } from '../../domain/local-read.ts';
import { asksUser, needsAttention, type Sight } from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import type { AttentionSign } from '../../domain/query.ts';
import {
  acknowledgedSight,
  parseSnooze,
  type SnoozeDuration,
  seenSight,
  sightOf,
  snoozedSight,
} from '../../domain/sight.ts';
import type { Task } from '../../domain/task.ts';
import { withEntry } from '../immutable-map.ts';
import { memoize } from '../memoize.ts';
import { taskById } from '../task-index.ts';
import { type ActionsState, phaseIn } from './actions.ts';
import type { ScreenState } from './screen.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The user's dealing with the status of tasks. Whether a task needs attention depends on it. */
export interface AttentionState {
  /** The stored sight of each task (domain/sight.ts), by task id: the status that the user saw, acknowledged or snoozed. */
  readonly seenFingerprints: ReadonlyMap<string, string>;
  /** The statuses that the user read here: their rows are read before the server reports it. */
  readonly reads: LocalReads;
  /** The task that has been on screen long enough to count as seen. */
  readonly viewedTaskId: string | null;
  /**
   * The selected task, once it was in view long enough to count as seen; null without the focus. Stays while something
   * covers the task.
   */
  readonly readingTaskId: string | null;
  /** The selected task, when the user marked it as unread: it does not count as seen until another one was selected. */
  readonly unreadTaskId: string | null;
}

export const INITIAL_ATTENTION: AttentionState = {
  seenFingerprints: new Map(),
  reads: new Map(),
  viewedTaskId: null,
  readingTaskId: null,
  unreadTaskId: null,
};

export type AttentionEvent =
  /**
   * The selected task counts as seen until another one is selected; null: no task is in view. Ignored for a task that the
   * user marked as unread.
   */
  | { readonly type: 'task-viewed'; readonly taskId: string | null }
  /** The user says that the tasks need not be shown as waiting, or that they are unread. */
  | {
      readonly type: 'tasks-acknowledged';
      readonly taskIds: readonly string[];
      readonly on: boolean;
      readonly now: number;
    }
  /** The tasks do not need the user for this long, or until their status changes. 0 ms: they need the user again. */
  | {
      readonly type: 'tasks-snoozed';
      readonly taskIds: readonly string[];
      readonly duration: SnoozeDuration;
      readonly now: number;
    }
  /** Undoes one of those above. `sights`: the stored ones before it. */
  | { readonly type: 'sights-restored'; readonly sights: ReadonlyMap<string, string>; readonly now: number };

export const attentionReducer = {
  'task-viewed': ({ unreadTaskId }, { taskId }) =>
    taskId === null
      ? { viewedTaskId: null }
      : taskId === unreadTaskId
        ? {}
        : { viewedTaskId: taskId, readingTaskId: taskId },
  // An empty sight is stored, a missing one is not. Without a task in view, none is seen again at once.
  'tasks-acknowledged': (state, { taskIds, on }) => ({
    seenFingerprints: withSights(state, taskIds, (task) => (on ? acknowledgedSight(task) : '')),
    ...(!on && { viewedTaskId: null }),
  }),
  'tasks-snoozed': (state, { taskIds, duration, now }) => ({
    seenFingerprints: withSights(state, taskIds, (task) => snoozedSight(task, now, duration)),
  }),
  'sights-restored': (state, { sights }) => ({
    seenFingerprints: withSights(state, [...sights.keys()], ({ id }) => sights.get(id) ?? ''),
    viewedTaskId: null,
  }),
} satisfies SliceReducer<AttentionState, AttentionEvent, { readonly tasks: readonly Task[] }>;

function withSights(
  state: Pick<AttentionState, 'seenFingerprints'> & { readonly tasks: readonly Task[] },
  taskIds: readonly string[],
  sightFor: (task: Task) => string,
): AttentionState['seenFingerprints'] {
  const sights = new Map(state.seenFingerprints);
  for (const id of taskIds) {
    const task = taskById(state, id);
    if (task !== null) sights.set(id, sightFor(task));
  }
  return sights;
}

/** A task must need attention this long before it counts, since agents are briefly idle between steps; ms. */
export const DEBOUNCE_MS = 3_000;

export type AttentionInputs = Pick<ActionsState, 'pendingChanges'> &
  Pick<AttentionState, 'seenFingerprints'> &
  Pick<ScreenState, 'now'>;

export function needsAttentionIn(state: AttentionInputs, task: Task): boolean {
  return needsAttentionUndebounced(state, task) && hasLasted(state, task);
}

const sightIn = ({ seenFingerprints, now }: AttentionInputs, task: Task): Sight =>
  sightOf(seenFingerprints.get(task.id), task, now);

/** Whether the user acknowledged the task in this state. */
export const isAcknowledgedIn = (state: AttentionInputs, task: Task): boolean =>
  sightIn(state, task) === 'acknowledged';

/** Whether the task is snoozed. False for one that would not need the user either way. */
export const isSnoozedIn = (state: AttentionInputs, task: Task): boolean =>
  sightIn(state, task) === 'snoozed' && maySnooze(state, task);

/** Whether the task needs the user, or would if they had not dealt with its status yet. */
export const maySnooze = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), 'due');

/** When the snooze of the task ends, Unix ms; Infinity when it ends with a change of its status; null for no snooze. */
export const snoozedUntil = (state: AttentionInputs, task: Task): number | null =>
  isSnoozedIn(state, task) ? (parseSnooze(state.seenFingerprints.get(task.id) ?? '')?.until ?? null) : null;

/** The next time at which a snooze ends, Unix ms; Infinity for none. */
export const nextSnoozeEnd = ({
  seenFingerprints,
  now,
}: Pick<AttentionInputs, 'seenFingerprints' | 'now'>): number =>
  snoozeEnds(seenFingerprints).find((end) => end > now) ?? Number.POSITIVE_INFINITY;

/** The ends of all snoozes, those of an earlier status included; Unix ms, ascending. */
const snoozeEnds = memoize((sights: AttentionState['seenFingerprints']): readonly number[] =>
  [...sights.values()]
    .map((stored) => parseSnooze(stored)?.until ?? Number.POSITIVE_INFINITY)
    .filter(Number.isFinite)
    .toSorted((one, other) => one - other),
);
/** The words of `is:` in a filter that hold for the task. */
export const attentionSigns = (state: AttentionInputs, task: Task): readonly AttentionSign[] => [
  ...(needsAttentionIn(state, task) ? (['needs-you'] as const) : []),
  ...(isAcknowledgedIn(state, task) ? (['acknowledged'] as const) : []),
  ...(isSnoozedIn(state, task) ? (['snoozed'] as const) : []),
];

const hasLasted = ({ now }: AttentionInputs, task: Task): boolean =>
  asksUser(task) || now - phaseSince(task, now) >= DEBOUNCE_MS;

/** `needsAttentionIn` without the delay. */
export const needsAttentionUndebounced = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), sightIn(state, task));

/** Whether the task needs attention and the user has not seen it in this state. */
export function isUnseenIn(state: AttentionInputs, task: Task): boolean {
  const sight = sightIn(state, task);
  return (
    (sight === 'unseen' || sight === 'due') &&
    needsAttention(task, phaseIn(state, task), sight) &&
    hasLasted(state, task)
  );
}

/**
 * Records the status of a task in view as seen. `hasComeIntoView`: it was not in view before. The end of a snooze is not
 * seen by a user who left the task on the screen.
 */
export function markSeen(
  state: AttentionInputs,
  task: Task | null,
  hasComeIntoView: boolean,
): Change<AttentionState> {
  if (task === null) return {};
  const sight = sightIn(state, task);
  if (sight !== 'unseen' && !(sight === 'due' && hasComeIntoView)) return {};
  // Only a status that needs attention; a running task has a new one in a moment.
  if (!needsAttention(task, phaseIn(state, task), sight)) return {};
  return { seenFingerprints: withEntry(state.seenFingerprints, task.id, seenSight(task)) };
}
