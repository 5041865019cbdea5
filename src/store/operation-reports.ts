import { type Action, type ActionTable, actionById, inverseOf, verbOf } from '../domain/action.ts';
import { countedTasks } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { plural } from '../domain/text/format.ts';
import type { BulkOperation } from './slices/actions.ts';
import type { Notice } from './slices/notices.ts';
import { addMarks, withoutMarks } from './slices/rows.ts';
import { type State, withChange } from './state.ts';
import { knownTask } from './task-index.ts';

/** Unmarks the tasks of a queued operation, so that the next key does not act on them again. */
export function unmarkQueued(state: State, { tasks }: BulkOperation): State {
  const ids = new Set(tasks.map(({ id }) => id));
  return withChange(
    state,
    withoutMarks(state, (id) => ids.has(id)),
  );
}

/** Reports an operation that was undone before it started, and marks its tasks again. */
export function reportUndone(state: State, { action, tasks, isSingle }: BulkOperation): State {
  const { past } = verbOf(state.actionTables, action);
  const [task] = tasks;
  if (isSingle && task !== undefined)
    return { ...state, notice: makeNotice(state, 'plain', `Undone: “${shortTitle(task)}” was not ${past}.`) };
  const text = `Undone: no task was ${past}. ${marksRestoredWords(tasks.length)}`;
  return { ...restoreMarks(state, tasks), notice: makeNotice(state, 'plain', text) };
}

const marksRestoredWords = (count: number): string =>
  count === 1 ? 'The task is marked again.' : `The ${count} tasks are marked again.`;

/**
 * Shows a notice on success. Else opens the list of failures, or shows a notice while the prompt or an overlay is open.
 * The list replaces the quit question, whose answer would hide it. Marks failed tasks for another try.
 */
export function reportFinished(state: State, operation: BulkOperation): State {
  if (operation.failures.length === 0) {
    const action = actionById(state.actionTables, operation.action);
    const text = `${successWords(state.actionTables, operation)}.${action === null ? '' : undoHint(action)}`;
    return { ...state, notice: makeNotice(state, 'good', text) };
  }
  const failed = new Set(operation.failures.map(({ taskId }) => taskId));
  const next = restoreMarks(
    state,
    operation.tasks.filter((task) => failed.has(task.id)),
  );
  const { overlay, focus } = state.view;
  if (overlay === null ? focus !== 'prompt' : overlay.kind === 'confirm-quit')
    return withChange(next, { view: { overlay: { kind: 'outcome', top: 0 } } });
  return { ...next, notice: makeNotice(state, 'bad', failureWords(state.actionTables, operation)) };
}

/** The key that undoes the action by its inverse; empty without one. */
export const undoHint = (action: Action): string =>
  inverseOf(action) === null ? '' : ` Press ${keyFor('take-back')} to undo it.`;

/** `5 tasks are pausing`. */
export function successWords(
  tables: readonly ActionTable[],
  { action, tasks, failures }: BulkOperation,
): string {
  const count = tasks.length - failures.length;
  return `${countedTasks(count)} ${plural(count, 'is', 'are')} ${verbOf(tables, action).accepted}`;
}

function failureWords(tables: readonly ActionTable[], operation: BulkOperation): string {
  const [first] = operation.failures;
  const fact = `Cannot ${verbOf(tables, operation.action).present} ${operation.failures.length} of ${countedTasks(operation.tasks.length)}.`;
  return first === undefined
    ? fact
    : `${fact} “${first.title}”: ${first.reason} Press ${keyFor('outcome')} to see all.`;
}

/** Marks those of these tasks that still exist. */
const restoreMarks = (state: State, tasks: readonly Task[]): State =>
  withChange(
    state,
    addMarks(
      state,
      tasks.map(({ id }) => id).filter((id) => knownTask(state, id) !== null),
    ),
  );

const makeNotice = ({ now }: State, tone: Notice['tone'], text: string): Notice => ({
  tone,
  text,
  at: now,
});
