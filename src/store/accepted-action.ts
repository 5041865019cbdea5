import { actionFor } from '../domain/action.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { patchedTask, type TaskPatch } from '../domain/task-patch.ts';
import { followTasks } from './follow-tasks.ts';
import { undoHint } from './operation-reports.ts';
import type { ActionsEvent } from './slices/actions.ts';
import { receiveBuild } from './slices/progress.ts';
import { addTask, receiveTask, removeTask } from './slices/tasks.ts';
import { type State, withChange } from './state.ts';
import { knownTask } from './task-index.ts';

/**
 * Applies the answer to an action to the task's row, and names the key that undoes it. An older answer to another request
 * does not override the patch. A task that no list holds is listed again: the undo of a removal brings it back.
 */
export function showAcceptedAction(
  before: State,
  after: State,
  { taskId, action: id, patch, now }: Extract<ActionsEvent, { readonly type: 'action-accepted' }>,
): State {
  const task = knownTask(after, taskId);
  const patched = showPatch(before, after, task, patch, taskId, now);
  const subject = task ?? patch.task ?? null;
  const action = subject && actionFor(after.actionTables, id, subject);
  if (subject === null || action === null) return patched;
  if (after.inverse === null || after.inverse === before.inverse) return patched;
  const text = `“${shortTitle(subject)}” is ${action.verb.accepted}.${undoHint(action)}`;
  return { ...patched, notice: { tone: 'good', text, at: now } };
}

function showPatch(
  before: State,
  after: State,
  task: Task | null,
  patch: TaskPatch,
  taskId: string,
  now: number,
): State {
  if (patch.isRemoved) return followTasks(before, withChange(after, removeTask(after, taskId, now)));
  const withBuild =
    patch.build === undefined ? after : withChange(after, receiveBuild(after, taskId, patch.build));
  if (task !== null) return applyPatch(before, withBuild, task, patch, now);
  return patch.task === undefined
    ? withBuild
    : followTasks(before, withChange(withBuild, addTask(withBuild, patch.task, now)));
}

function applyPatch(before: State, after: State, task: Task, patch: TaskPatch, now: number): State {
  const patched = patchedTask(task, patch);
  return patched === task ? after : followTasks(before, withChange(after, receiveTask(after, patched, now)));
}
