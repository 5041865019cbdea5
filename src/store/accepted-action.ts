import { type ActionId, actionFor } from '../domain/action.ts';
import { patchedTask, type TaskPatch } from '../domain/task-patch.ts';
import { receiveBuild } from './builds.ts';
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
  if (actionFor(state.actionTables, id, task)?.hasEffect !== undefined) return next;
  return { ...next, pendingChanges: withoutEntries(next.pendingChanges, (each) => each === taskId) };
}
