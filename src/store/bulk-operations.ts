import { countedTasks, PAST_PARTICIPLES } from '../domain/bulk-rules.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { beginChange } from '../domain/pending-change.ts';
import type { TaskAction } from '../domain/phase.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { partitionTasks } from './bulk-plan.ts';
import { withEntry, withoutEntries } from './immutable-map.ts';
import { parkMarks } from './marks.ts';
import { knownTask } from './selectors.ts';
import type { BulkFailure, BulkOperation, Notice, State } from './state.ts';

/** The tasks of an order are marked no more: what is pressed next is about others. */
export function addBulkOperation(state: State, operation: BulkOperation): State {
  const marked = new Set(state.view.marked);
  for (const { id } of operation.tasks) marked.delete(id);
  return {
    ...state,
    bulkOperations: [...state.bulkOperations, operation],
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

/** Nothing was done, and the tasks are marked as they were. */
export function cancelBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null || operation.stage === 'running') return state;
  const notice = makeNotice(
    state,
    'plain',
    `Nothing was ${PAST_PARTICIPLES[operation.action]}: ${marksRestoredWords(operation.tasks.length)}`,
  );
  return { ...restoreMarks(removeOperation(state, id), operation.tasks), notice };
}

const marksRestoredWords = (count: number): string =>
  count === 1 ? 'the task is marked again.' : `the ${count} tasks are marked again.`;

/** Shows what is asked of all of them at once, whose turn comes later included. A rule may have turned against one since. */
export function startBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null || operation.stage === 'running') return state;
  const { eligible, ineligible } = partitionTasks(
    operation.tasks.map((task) => knownTask(state, task.id) ?? task),
    operation.action,
    state,
  );
  const asked = new Map(state.pendingChanges);
  for (const task of eligible)
    if (knownTask(state, task.id) !== null)
      asked.set(task.id, beginChange(operation.action, task, state.now));
  const failures = ineligible.map(({ task, reason }) => ({ taskId: task.id, title: titleOf(task), reason }));
  return updateOperation({ ...state, pendingChanges: asked }, id, (was) => ({
    ...was,
    stage: 'running',
    failures,
    doneCount: failures.length,
  }));
}

/** It is the turn of this task, whose patience with the server begins now. */
export function startBulkTask(state: State, id: string, taskId: string, now: number): State {
  const operation = operationById(state, id);
  const task = knownTask(state, taskId);
  if (operation === null || task === null) return state;
  return {
    ...state,
    pendingChanges: withEntry(state.pendingChanges, taskId, beginChange(operation.action, task, now)),
  };
}

export function finishBulkTask(state: State, id: string, taskId: string, failure: BulkFailure | null): State {
  const noted = updateOperation(state, id, (operation) => ({
    ...operation,
    doneCount: operation.doneCount + 1,
    failures: failure === null ? operation.failures : [...operation.failures, failure],
  }));
  return failure === null
    ? noted
    : { ...noted, pendingChanges: withoutEntries(noted.pendingChanges, (each) => each === taskId) };
}

/**
 * The result of an order: a line when all went well, else a list of failures. The list opens by itself unless the user is
 * writing or answering something; it replaces the question before a quit, whose answer would hide it. Failed tasks are
 * marked again, so that the same key tries again.
 */
export function finishBulkOperation(state: State, id: string): State {
  const operation = operationById(state, id);
  if (operation === null) return state;
  const ended = removeOperation(state, id);
  if (operation.failures.length === 0)
    return { ...ended, notice: makeNotice(state, 'good', `${successWords(operation)}.`) };
  const failed = new Set(operation.failures.map(({ taskId }) => taskId));
  const next = restoreMarks(
    { ...ended, failedBulkOperation: operation },
    operation.tasks.filter((task) => failed.has(task.id)),
  );
  const { overlay, focus } = state.view;
  if (overlay === null ? focus !== 'prompt' : overlay.kind === 'confirm-quit')
    return { ...next, view: { ...next.view, overlay: { kind: 'outcome', top: 0 } } };
  return { ...next, notice: makeNotice(state, 'bad', failureWords(operation)) };
}

/** `5 tasks are being paused`: what the server took, which may take it a while. */
export function successWords({ action, tasks, failures }: BulkOperation): string {
  const count = tasks.length - failures.length;
  const how: Readonly<Record<TaskAction, string>> = {
    pause: count === 1 ? 'is pausing' : 'are pausing',
    resume: count === 1 ? 'is resuming' : 'are resuming',
    delete: count === 1 ? 'is deleted' : 'are deleted',
  };
  return `${countedTasks(count)} ${how[action]}`;
}

/** In one line, with the first failure. */
function failureWords(operation: BulkOperation): string {
  const [first] = operation.failures;
  const count = `${operation.failures.length} of ${countedTasks(operation.tasks.length)} could not be ${PAST_PARTICIPLES[operation.action]}`;
  return first === undefined
    ? `${count}.`
    : `${count}. “${first.title}”: ${first.reason} ${keyFor('outcome')} shows all.`;
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

/** Those that are still there. */
function restoreMarks(state: State, tasks: readonly Task[]): State {
  const marked = new Set(state.view.marked);
  for (const { id } of tasks) if (knownTask(state, id) !== null) marked.add(id);
  return parkMarks({ ...state, view: { ...state.view, marked } });
}

const makeNotice = ({ now }: State, tone: Notice['tone'], text: string): Notice => ({ tone, text, at: now });
