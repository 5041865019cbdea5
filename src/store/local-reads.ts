import { asRead } from '../domain/local-read.ts';
import { statusFingerprint } from '../domain/needs-attention.ts';
import { chatFacts, type Task } from '../domain/task.ts';
import { withEntry } from './immutable-map.ts';
import { phaseIn } from './slices/actions.ts';
import { type State, withChange } from './state.ts';
import { taskById, tasksWithIds, withPositionsOf } from './task-index.ts';

/** Whether the turn is over and the server reports its answer as unread. A running turn goes on to change. */
function isUnread(state: State, task: Task): boolean {
  const phase = phaseIn(state, task);
  return chatFacts(task)?.unread === true && (phase === 'idle' || phase === 'complete' || phase === 'failed');
}

/** Shows the tasks that are unread as read at once. */
export function readHere(state: State, taskIds: readonly string[]): State {
  const unread = new Set(tasksWithIds(state.tasks, taskIds).filter((task) => isUnread(state, task)));
  if (unread.size === 0) return state;
  const reads = new Map(state.reads);
  for (const task of unread) reads.set(task.id, { fingerprint: statusFingerprint(task), isSettled: false });
  return withChange(state, {
    tasks: withPositionsOf(
      state.tasks,
      state.tasks.map((each) => (unread.has(each) ? asRead(each) : each)),
    ),
    reads,
  });
}

/** Reads a new answer of the task in view. Once for each status: another client may mark it as unread again. */
export function readInView(state: State, taskId: string): State {
  const task = taskById(state, taskId);
  const isKnown = task !== null && state.reads.get(task.id)?.fingerprint === statusFingerprint(task);
  return task === null || isKnown ? state : readHere(state, [taskId]);
}

/** Lets the server's word count for this task again, which the user marks as unread. */
export function settleRead(state: State, taskId: string): State {
  const task = taskById(state, taskId);
  if (task === null) return state;
  return withChange(state, {
    viewedTaskId: state.viewedTaskId === taskId ? null : state.viewedTaskId,
    readingTaskId: state.readingTaskId === taskId ? null : state.readingTaskId,
    unreadTaskId: state.view.selected === taskId ? taskId : state.unreadTaskId,
    seenFingerprints: withEntry(state.seenFingerprints, taskId, ''),
    reads: withEntry(state.reads, taskId, { fingerprint: statusFingerprint(task), isSettled: true }),
  });
}

/** Settles the reads that these tasks of the server show. */
export function settleShownReads(state: State, received: readonly Task[]): State {
  if (![...state.reads.values()].some(({ isSettled }) => !isSettled)) return state;
  const reads = new Map(state.reads);
  let changed = false;
  for (const task of received) {
    const read = reads.get(task.id);
    if (read === undefined || read.isSettled || chatFacts(task)?.unread !== false) continue;
    reads.set(task.id, { ...read, isSettled: true });
    changed = true;
  }
  return changed ? withChange(state, { reads }) : state;
}
