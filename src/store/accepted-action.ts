import { actionFor } from '../domain/action.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { patchedTask, type TaskPatch } from '../domain/task-patch.ts';
import { followTasks } from './follow-tasks.ts';
import { undoHint } from './operation-reports.ts';
import type { ActionsEvent } from './slices/actions.ts';
import { receiveBuild } from './slices/progress.ts';
import { receiveTask, removeTask } from './slices/tasks.ts';
import { type State, withChange } from './state.ts';
import { knownTask } from './task-index.ts';

/** Applies the answer to an action to the task's row. An older answer to another request does not override the patch. */
export function showAcceptedAction(
  before: State,
  after: State,
  { taskId, action: id, patch, now }: Extract<ActionsEvent, { readonly type: 'action-accepted' }>,
): State {
  if (patch.isRemoved) return followTasks(before, withChange(after, removeTask(after, taskId, now)));
  const task = knownTask(after, taskId);
  const withBuild =
    patch.build === undefined ? after : withChange(after, receiveBuild(after, taskId, patch.build));
  if (task === null) return withBuild;
  const patched = applyPatch(before, withBuild, task, patch, now);
  const action = actionFor(after.actionTables, id, task);
  if (action === null || after.inverse === null || after.inverse === before.inverse) return patched;
  const text = `“${shortTitle(task)}” is ${action.verb.accepted}.${undoHint(action)}`;
  return { ...patched, notice: { tone: 'good', text, at: now } };
}

function applyPatch(before: State, after: State, task: Task, patch: TaskPatch, now: number): State {
  const patched = patchedTask(task, patch);
  return patched === task ? after : followTasks(before, withChange(after, receiveTask(after, patched, now)));
}
