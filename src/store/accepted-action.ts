import { type Action, type ActionId, actionFor, inverseOf } from '../domain/action.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { patchedTask, type TaskPatch } from '../domain/task-patch.ts';
import { receiveBuild } from './builds.ts';
import { undoHint } from './bulk-operations.ts';
import { withoutEntries } from './immutable-map.ts';
import { knownTask } from './selectors.ts';
import type { State } from './state.ts';
import { receiveTask, removeTask } from './task-list.ts';

/**
 * Applies the answer to an action to the task's row. The pending change ends when the row shows the effect, or when the
 * action has none that the server reports later. An older answer to another request does not override the patch.
 */
export function acceptAction(
  state: State,
  taskId: string,
  id: ActionId,
  patch: TaskPatch,
  now: number,
): State {
  if (patch.isRemoved) return removeTask(state, taskId, now);
  const withBuild = patch.build === undefined ? state : receiveBuild(state, taskId, patch.build);
  const task = knownTask(withBuild, taskId);
  if (task === null) return withBuild;
  const patched = patchedTask(task, patch);
  const next = patched === task ? withBuild : receiveTask(withBuild, patched, now, now);
  const action = actionFor(state.actionTables, id, task);
  if (action === null) return next;
  const isShown = action.hasEffect === undefined;
  return offerInverse(
    isShown
      ? { ...next, pendingChanges: withoutEntries(next.pendingChanges, (each) => each === taskId) }
      : next,
    action,
    task,
    now,
  );
}

/** Says that undo reverts the action. A bulk operation does so at its end. */
function offerInverse(state: State, action: Action, task: Task, now: number): State {
  const inverse = inverseOf(action);
  const isInBulk = state.bulkOperations.some(
    ({ stage, tasks }) => stage === 'running' && tasks.some(({ id }) => id === task.id),
  );
  if (inverse === null || isInBulk) return state;
  const text = `“${shortTitle(task)}” is ${action.verb.accepted}.${undoHint(action)}`;
  return {
    ...state,
    notice: { tone: 'good', text, at: now },
    inverse: { action: inverse, taskIds: [task.id] },
  };
}
