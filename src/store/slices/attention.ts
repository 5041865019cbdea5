import type { LocalReads } from '../../domain/local-read.ts';
import {
  acknowledgedFingerprint,
  asksUser,
  needsAttention,
  statusFingerprint,
} from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import type { Task } from '../../domain/task.ts';
import { withEntry } from '../immutable-map.ts';
import { taskById } from '../task-index.ts';
import { type ActionsState, phaseIn } from './actions.ts';
import type { ScreenState } from './screen.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The tasks that the user has seen. Whether a task needs attention depends on it. */
export interface AttentionState {
  /** The `statusFingerprint` of each task when the user last saw it, by task id. */
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
  | { readonly type: 'tasks-acknowledged'; readonly taskIds: readonly string[]; readonly on: boolean };

export const attentionReducer = {
  'task-viewed': ({ unreadTaskId }, { taskId }) =>
    taskId === null
      ? { viewedTaskId: null }
      : taskId === unreadTaskId
        ? {}
        : { viewedTaskId: taskId, readingTaskId: taskId },
  'tasks-acknowledged'(state, { taskIds, on }) {
    const seenFingerprints = new Map(state.seenFingerprints);
    for (const id of taskIds) {
      const task = taskById(state, id);
      // An empty fingerprint is stored, a missing one is not.
      if (task !== null) seenFingerprints.set(id, on ? acknowledgedFingerprint(statusFingerprint(task)) : '');
    }
    // A task in view would be seen again at once.
    return { seenFingerprints, ...(!on && { viewedTaskId: null }) };
  },
} satisfies SliceReducer<AttentionState, AttentionEvent, { readonly tasks: readonly Task[] }>;

/** A task must need attention this long before it counts, since agents are briefly idle between steps; ms. */
export const DEBOUNCE_MS = 3_000;

export type AttentionInputs = Pick<ActionsState, 'pendingChanges'> &
  Pick<AttentionState, 'seenFingerprints'> &
  Pick<ScreenState, 'now'>;

export function needsAttentionIn(state: AttentionInputs, task: Task): boolean {
  return needsAttentionUndebounced(state, task) && hasLasted(state, task);
}

type Sight = 'unseen' | 'seen' | 'acknowledged';

/** Whether the user has seen the task in this state, or acknowledged it. */
function sightIn({ seenFingerprints }: AttentionInputs, task: Task): Sight {
  const seen = seenFingerprints.get(task.id);
  if (seen === undefined) return 'unseen';
  const fingerprint = statusFingerprint(task);
  if (seen === fingerprint) return 'seen';
  return seen === acknowledgedFingerprint(fingerprint) ? 'acknowledged' : 'unseen';
}

/** Whether the user acknowledged the task in this state. */
export const isAcknowledgedIn = (state: AttentionInputs, task: Task): boolean =>
  sightIn(state, task) === 'acknowledged';

const hasLasted = ({ now }: AttentionInputs, task: Task): boolean =>
  asksUser(task) || now - phaseSince(task, now) >= DEBOUNCE_MS;

/** `needsAttentionIn` without the delay. */
export function needsAttentionUndebounced(state: AttentionInputs, task: Task): boolean {
  const sight = sightIn(state, task);
  return needsAttention(task, phaseIn(state, task), sight !== 'unseen', sight === 'acknowledged');
}

/** Whether the task needs attention and the user has not seen it in this state. */
export const isUnseenIn = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), false) &&
  sightIn(state, task) === 'unseen' &&
  hasLasted(state, task);

/** Records the status of a task as seen. */
export function markSeen(state: AttentionInputs, task: Task | null): Change<AttentionState> {
  // Only a status that needs attention; a running task has a new one in a moment.
  if (task === null || !needsAttention(task, phaseIn(state, task), false)) return {};
  if (isAcknowledgedIn(state, task)) return {};
  return { seenFingerprints: withEntry(state.seenFingerprints, task.id, statusFingerprint(task)) };
}
