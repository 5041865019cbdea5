import { type Action, type ActionTable, actionById, actionFor, inverseOf, verbOf } from '../domain/action.ts';
import { countedTasks } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { beginChange } from '../domain/pending-change.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { plural } from '../domain/text/count.ts';
import { partitionTasks } from './bulk-plan.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { parkMarks } from './marks.ts';
import { knownTask } from './selectors.ts';
import type { BulkFailure, BulkOperation, Notice, State } from './state.ts';

/** Also unmarks its tasks, so that the next key does not act on them again. */
export function addBulkOperation(state: State, operation: BulkOperation): State {
  const marked = new Set(state.view.marked);
  for (const { id } of operation.tasks) marked.delete(id);
  return {
    ...state,
    bulkOperations: [...state.bulkOperations, operation],
    inverse: null,
    notice: null,
    view: { ...state.view, marked },
  };
}

export const deferBulkOperation = (state: State, id: string, until: number | null): State =>
  updateOperation(state, id, (operation) => ({
    ...operation,
    stage: until === null ? 'held' : 'waiting',
    startsAt: until ?? operation.startsAt,
  }));

/** Undoes an operation that has not started, and marks its tasks again. */
export function cancelBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null || operation.stage === 'running') return state;
  const notice = makeNotice(
    state,
    'plain',
    `Undone: no task was ${verbOf(state.actionTables, operation.action).past}. ${marksRestoredWords(operation.tasks.length)}`,
  );
  return { ...restoreMarks(removeOperation(state, id), operation.tasks), notice };
}

const marksRestoredWords = (count: number): string =>
  count === 1 ? 'The task is marked again.' : `The ${count} tasks are marked again.`;

/** Shows the change on all eligible tasks at once. Tasks that have become ineligible count as failures. */
export function startBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null || operation.stage === 'running') return state;
  const { eligible, ineligible } = partitionTasks(
    operation.tasks.map((task) => knownTask(state, task.id) ?? task),
    operation.action,
    state,
  );
  const pendingChanges = new Map(state.pendingChanges);
  for (const task of eligible) {
    const action = actionFor(state.actionTables, operation.action, task);
    if (action !== null && knownTask(state, task.id) !== null)
      pendingChanges.set(task.id, beginChange(action, task, state.now));
  }
  const failures = ineligible.map(({ task, reason }) => ({ taskId: task.id, title: titleOf(task), reason }));
  return updateOperation({ ...state, pendingChanges }, id, (before) => ({
    ...before,
    stage: 'running',
    failures,
    doneCount: failures.length,
  }));
}

/** Restarts the time limit of the task's pending change when its request is sent. */
export function startBulkTask(state: State, id: string, taskId: string, now: number): State {
  const operation = operationById(state, id);
  const task = knownTask(state, taskId);
  if (operation === null || task === null) return state;
  const action = actionFor(state.actionTables, operation.action, task);
  if (action === null) return state;
  return {
    ...state,
    pendingChanges: withEntry(state.pendingChanges, taskId, beginChange(action, task, now)),
  };
}

export function finishBulkTask(state: State, id: string, taskId: string, failure: BulkFailure | null): State {
  const next = updateOperation(state, id, (operation) => ({
    ...operation,
    doneCount: operation.doneCount + 1,
    failures: failure === null ? operation.failures : [...operation.failures, failure],
  }));
  return failure === null
    ? next
    : { ...next, pendingChanges: withoutEntries(next.pendingChanges, (each) => each === taskId) };
}

/**
 * Shows a notice on success. Else opens the list of failures, or shows a notice while the prompt or an overlay is open.
 * The list replaces the quit question, whose answer would hide it. Marks failed tasks for another try.
 */
export function finishBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null) return state;
  const remaining = removeOperation(state, id);
  const failed = new Set(operation.failures.map(({ taskId }) => taskId));
  const action = actionById(state.actionTables, operation.action);
  const inverse = action === null ? null : inverseOf(action);
  const succeeded = operation.tasks.filter(({ id: taskId }) => !failed.has(taskId)).map((task) => task.id);
  const withInverse =
    inverse === null || succeeded.length === 0
      ? remaining
      : { ...remaining, inverse: { action: inverse, taskIds: succeeded } };
  if (failed.size === 0) {
    const text = `${successWords(state.actionTables, operation)}.${action === null ? '' : undoHint(action)}`;
    return { ...withInverse, notice: makeNotice(state, 'good', text) };
  }
  const next = restoreMarks(
    { ...withInverse, failedBulkOperation: operation },
    operation.tasks.filter((task) => failed.has(task.id)),
  );
  const { overlay, focus } = state.view;
  if (overlay === null ? focus !== 'prompt' : overlay.kind === 'confirm-quit')
    return { ...next, view: { ...next.view, overlay: { kind: 'outcome', top: 0 } } };
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

const operationById = ({ bulkOperations }: State, id: string): BulkOperation | null =>
  bulkOperations.find((operation) => operation.id === id) ?? null;

const updateOperation = (
  state: State,
  id: string,
  change: (operation: BulkOperation) => BulkOperation,
): State => ({
  ...state,
  bulkOperations: state.bulkOperations.map((operation) =>
    operation.id === id ? change(operation) : operation,
  ),
});

const removeOperation = (state: State, id: string): State => ({
  ...state,
  bulkOperations: state.bulkOperations.filter((operation) => operation.id !== id),
});

/** Marks those of these tasks that still exist. */
function restoreMarks(state: State, tasks: readonly Task[]): State {
  const marked = new Set(state.view.marked);
  for (const { id } of tasks) if (knownTask(state, id) !== null) marked.add(id);
  return parkMarks({ ...state, view: { ...state.view, marked } });
}

const makeNotice = ({ now }: State, tone: Notice['tone'], text: string): Notice => ({ tone, text, at: now });
