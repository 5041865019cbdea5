import { asksUser, needsAttention, statusFingerprint } from '../../domain/needs-attention.ts';
import { phaseSince } from '../../domain/phase-since.ts';
import type { Task } from '../../domain/task.ts';
import { withEntry } from '../immutable-map.ts';
import { type ActionsState, phaseIn } from './actions.ts';
import type { ScreenState } from './screen.ts';
import type { Change, SliceReducer } from './slice.ts';

/** The tasks that the user has seen. Whether a task needs attention depends on it. */
export interface AttentionState {
  /** The `statusFingerprint` of each task when the user last saw it, by task id. */
  readonly seenFingerprints: ReadonlyMap<string, string>;
  /** The task that has been on screen long enough to count as seen. */
  readonly viewedTaskId: string | null;
}

export const INITIAL_ATTENTION: AttentionState = { seenFingerprints: new Map(), viewedTaskId: null };

/** The selected task counts as seen until another one is selected; null: no task is in view. */
export type AttentionEvent = { readonly type: 'task-viewed'; readonly taskId: string | null };

export const attentionReducer = {
  'task-viewed': (_, { taskId }) => ({ viewedTaskId: taskId }),
} satisfies SliceReducer<AttentionState, AttentionEvent>;

/** A task must need attention this long before it counts, since agents are briefly idle between steps; ms. */
export const DEBOUNCE_MS = 3_000;

export type AttentionInputs = Pick<ActionsState, 'pendingChanges'> &
  Pick<AttentionState, 'seenFingerprints'> &
  Pick<ScreenState, 'now'>;

export function needsAttentionIn(state: AttentionInputs, task: Task): boolean {
  return needsAttentionUndebounced(state, task) && hasLasted(state, task);
}

const isSeen = ({ seenFingerprints }: AttentionInputs, task: Task): boolean => {
  const seen = seenFingerprints.get(task.id);
  return seen !== undefined && seen === statusFingerprint(task);
};

const hasLasted = ({ now }: AttentionInputs, task: Task): boolean =>
  asksUser(task) || now - phaseSince(task, now) >= DEBOUNCE_MS;

/** `needsAttentionIn` without the delay. */
export const needsAttentionUndebounced = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), isSeen(state, task));

/** Whether the task needs attention and the user has not seen it in this state. */
export const isUnseenIn = (state: AttentionInputs, task: Task): boolean =>
  needsAttention(task, phaseIn(state, task), false) && !isSeen(state, task) && hasLasted(state, task);

/** Records the status of a task as seen. */
export function markSeen(state: AttentionInputs, task: Task | null): Change<AttentionState> {
  // Only a status that needs attention; a running task has a new one in a moment.
  if (task === null || !needsAttention(task, phaseIn(state, task), false)) return {};
  return { seenFingerprints: withEntry(state.seenFingerprints, task.id, statusFingerprint(task)) };
}
