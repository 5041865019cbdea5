import { type ActionId, actionById, actionFor, inverseOf } from '../../domain/action.ts';
import { bulkAvailability } from '../../domain/bulk-rules.ts';
import { beginChange, isSettled, type PendingChange } from '../../domain/pending-change.ts';
import { type Phase, phaseOf } from '../../domain/phase.ts';
import { type Task, titleOf } from '../../domain/task.ts';
import { patchedTask, type TaskPatch } from '../../domain/task-patch.ts';
import { withEntry, withoutEntries } from '../immutable-map.ts';
import { knownTask } from '../task-index.ts';
import type { ConnectionState } from './connection.ts';
import type { ScreenState } from './screen.ts';
import type { Change, SliceReducer } from './slice.ts';
import type { TasksState } from './tasks.ts';

/** Actions on tasks that the server does not show yet, and bulk operations. */
export interface ActionsState {
  /** Requested changes that the server does not show yet, by task id. */
  readonly pendingChanges: ReadonlyMap<string, PendingChange>;
  /** Unfinished bulk operations, oldest first. At most one has not started. */
  readonly bulkOperations: readonly BulkOperation[];
  /** The action that undoes the last one, with its tasks as they were after it; null when it cannot be undone so. */
  readonly inverse: Inverse | null;
  /** The last operation on several tasks with a failure. */
  readonly failedBulkOperation: BulkOperation | null;
}

/** `title`: of a renamed task, the title before. `sights`: those to restore first, as the tasks had them; by task id. */
interface Inverse {
  readonly action: ActionId;
  readonly tasks: readonly Task[];
  readonly title?: string;
  readonly sights?: ReadonlyMap<string, string>;
}

/** An action on several tasks, or on one while it can be undone. */
export interface BulkOperation {
  readonly id: string;
  readonly action: ActionId;
  /** Exactly the tasks that the question named, as they were then, or as the answer to the action shows them. */
  readonly tasks: readonly Task[];
  /** An action on the selected task, which was not marked. Over when its undo window ends: the action then runs alone. */
  readonly isSingle: boolean;
  /** `waiting`: undo is possible until `startsAt`; `held`: a question about it is open; `running`: sends requests. */
  readonly stage: 'waiting' | 'held' | 'running';
  /** Unix ms. */
  readonly startsAt: number;
  /** Finished tasks, failures included. */
  readonly doneCount: number;
  readonly failures: readonly BulkFailure[];
}

/** Why the action failed for one task. Untrusted texts. */
interface BulkFailure {
  readonly taskId: string;
  readonly title: string;
  readonly reason: string;
}

export const INITIAL_ACTIONS: ActionsState = {
  pendingChanges: new Map(),
  bulkOperations: [],
  inverse: null,
  failedBulkOperation: null,
};

export type ActionsEvent =
  | {
      readonly type: 'action-started';
      readonly taskId: string;
      readonly action: ActionId;
      readonly now: number;
    }
  /**
   * `patch`: what the answer settles. The pending change ends when the row shows the effect, or at once when the action has
   * none that the server reports later.
   */
  | {
      readonly type: 'action-accepted';
      readonly taskId: string;
      readonly action: ActionId;
      readonly patch: TaskPatch;
      readonly now: number;
    }
  | { readonly type: 'action-failed'; readonly taskId: string }
  | { readonly type: 'task-renamed'; readonly task: Task; readonly before: string }
  | { readonly type: 'bulk-operation-queued'; readonly operation: BulkOperation; readonly now: number }
  | {
      readonly type: 'bulk-operation-deferred';
      readonly id: string;
      /** The new start time; null while a question about the operation is open. */
      readonly until: number | null;
      readonly now: number;
    }
  /** Ignored once it has started. */
  | { readonly type: 'bulk-operation-cancelled'; readonly id: string; readonly now: number }
  /** Ends the undo window, and an operation on a single task. Tasks that have become ineligible count as failures. */
  | { readonly type: 'bulk-operation-started'; readonly id: string; readonly now: number }
  /** Restarts the time limit of the task's pending change: its request is sent. */
  | { readonly type: 'bulk-task-started'; readonly id: string; readonly taskId: string; readonly now: number }
  /** `failure` is null on success. */
  | {
      readonly type: 'bulk-task-finished';
      readonly id: string;
      readonly taskId: string;
      readonly failure: BulkFailure | null;
      readonly now: number;
    }
  | { readonly type: 'bulk-operation-finished'; readonly id: string; readonly now: number };

type Reads = Pick<TasksState, 'tasks' | 'parkedLists'> &
  Pick<ConnectionState, 'actionTables'> &
  Pick<ScreenState, 'now'>;

export const actionsReducer = {
  'action-started'(state, { taskId, action, now }) {
    const pendingChanges = withChangeBegun(state, taskId, action, now);
    return pendingChanges === state.pendingChanges ? {} : { pendingChanges, inverse: null };
  },
  'action-accepted': acceptAction,
  'action-failed': ({ pendingChanges }, { taskId }) => ({
    pendingChanges: withoutEntries(pendingChanges, (id) => id === taskId),
  }),
  'task-renamed': (_, { task, before }) => ({
    inverse: { action: 'rename', tasks: [task], title: before },
  }),
  'bulk-operation-queued': ({ bulkOperations }, { operation }) => ({
    bulkOperations: [...bulkOperations, operation],
    inverse: null,
  }),
  'bulk-operation-deferred': (state, { id, until }) =>
    changeOperation(state, id, (operation) => ({
      ...operation,
      stage: until === null ? 'held' : 'waiting',
      startsAt: until ?? operation.startsAt,
    })),
  'bulk-operation-cancelled': ({ bulkOperations }, event) => ({
    bulkOperations: bulkOperations.filter(({ id, stage }) => id !== event.id || stage === 'running'),
  }),
  'bulk-operation-started': (state, { id }) => startBulkOperation(state, id),
  'bulk-task-started'(state, { id, taskId, now }) {
    const operation = operationById(state, id);
    return operation === null
      ? {}
      : { pendingChanges: withChangeBegun(state, taskId, operation.action, now) };
  },
  'bulk-task-finished': (state, { id, taskId, failure }) => ({
    ...changeOperation(state, id, (operation) => ({
      ...operation,
      doneCount: operation.doneCount + 1,
      failures: failure === null ? operation.failures : [...operation.failures, failure],
    })),
    ...(failure !== null && {
      pendingChanges: withoutEntries(state.pendingChanges, (each) => each === taskId),
    }),
  }),
  'bulk-operation-finished': (state, { id }) => finishBulkOperation(state, id),
} satisfies SliceReducer<ActionsState, ActionsEvent, Reads>;

/** The phase that the user sees: the server's, changed by what was requested. */
export const phaseIn = (
  { now, pendingChanges }: Pick<ActionsState, 'pendingChanges'> & Pick<ScreenState, 'now'>,
  task: Task,
): Phase => phaseOf(task, now, pendingChanges.get(task.id));

export const operationById = ({ bulkOperations }: ActionsState, id: string): BulkOperation | null =>
  bulkOperations.find((operation) => operation.id === id) ?? null;

/** Drops pending changes that have taken effect or timed out, and those of tasks that are gone. */
export function dropSettledChanges(state: ActionsState & Reads): Change<ActionsState> {
  const pendingChanges = withoutEntries(state.pendingChanges, (id, change) => {
    const task = knownTask(state, id);
    if (task === null) return true;
    return isSettled(change, actionFor(state.actionTables, change.action, task), task, state.now);
  });
  return { pendingChanges };
}

function withChangeBegun(
  state: ActionsState & Reads,
  taskId: string,
  id: ActionId,
  now: number,
): ActionsState['pendingChanges'] {
  const task = knownTask(state, taskId);
  const action = task && actionFor(state.actionTables, id, task);
  return task === null || action === null
    ? state.pendingChanges
    : withEntry(state.pendingChanges, task.id, beginChange(action, task, now));
}

function acceptAction(
  state: ActionsState & Reads,
  { taskId, action: id, patch }: Extract<ActionsEvent, { readonly type: 'action-accepted' }>,
): Change<ActionsState> {
  const task = knownTask(state, taskId) ?? patch.task ?? null;
  const action = task && actionFor(state.actionTables, id, task);
  if (task === null || action === null) return {};
  const inverse = inverseOf(action);
  const patched = patchedTask(task, patch);
  // A bulk operation offers its inverse at its end.
  const operation = state.bulkOperations.find(
    ({ stage, tasks }) => stage === 'running' && tasks.some((each) => each.id === taskId),
  );
  return {
    ...(action.hasEffect === undefined && {
      pendingChanges: withoutEntries(state.pendingChanges, (each) => each === taskId),
    }),
    ...(inverse !== null && operation === undefined && { inverse: { action: inverse, tasks: [patched] } }),
    ...(inverse !== null &&
      operation !== undefined &&
      changeOperation(state, operation.id, (before) => ({
        ...before,
        tasks: before.tasks.map((each) => (each.id === taskId ? patched : each)),
      }))),
  };
}

function finishBulkOperation(state: ActionsState & Reads, id: string): Change<ActionsState> {
  const operation = operationById(state, id);
  if (operation === null) return {};
  const failed = new Set(operation.failures.map(({ taskId }) => taskId));
  const action = actionById(state.actionTables, operation.action);
  const inverse = action === null ? null : inverseOf(action);
  const tasks = operation.tasks.filter((task) => !failed.has(task.id));
  return {
    bulkOperations: state.bulkOperations.filter((each) => each !== operation),
    ...(inverse !== null && tasks.length > 0 && { inverse: { action: inverse, tasks } }),
    ...(failed.size > 0 && { failedBulkOperation: operation }),
  };
}

/** Shows the change on all eligible tasks at once. */
function startBulkOperation(state: ActionsState & Reads, id: string): Change<ActionsState> {
  const operation = operationById(state, id);
  if (operation === null || operation.stage === 'running') return {};
  if (operation.isSingle)
    return { bulkOperations: state.bulkOperations.filter((each) => each !== operation) };
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
  return {
    pendingChanges,
    ...changeOperation(state, id, (before) => ({
      ...before,
      stage: 'running',
      failures,
      doneCount: failures.length,
    })),
  };
}

const changeOperation = (
  { bulkOperations }: ActionsState,
  id: string,
  change: (operation: BulkOperation) => BulkOperation,
): Change<ActionsState> => ({
  bulkOperations: bulkOperations.map((operation) => (operation.id === id ? change(operation) : operation)),
});

export interface BulkPlan {
  readonly eligible: readonly Task[];
  /** `reason` is a sentence. */
  readonly ineligible: readonly { readonly task: Task; readonly reason: string }[];
}

/** Partitions the tasks by whether `act`, an action id or `SEND`, applies. */
export function partitionTasks(
  tasks: readonly Task[],
  act: ActionId,
  inputs: Parameters<typeof phaseIn>[0] & Pick<ConnectionState, 'actionTables'>,
): BulkPlan {
  const eligible: Task[] = [];
  const ineligible: BulkPlan['ineligible'][number][] = [];
  for (const task of tasks) {
    const availability = bulkAvailability(inputs.actionTables, act, task, phaseIn(inputs, task));
    if (availability === true) eligible.push(task);
    else ineligible.push({ task, reason: availability });
  }
  return { eligible, ineligible };
}
