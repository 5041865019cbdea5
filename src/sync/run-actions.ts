import { type Action, type ActionId, actionFor } from '../domain/action.ts';
import { BackendError, errorText } from '../domain/errors.ts';
import { MARK_UNREAD } from '../domain/needs-attention.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import type { TaskPatch } from '../domain/task-patch.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

interface ActionResult {
  /** The reason of a failure; null when the server accepted the action. */
  readonly failure: string | null;
  /** Whether the answer settled the task, so that it need not be requested again. */
  readonly isSettled: boolean;
}

export interface ActionRunner {
  /**
   * Shows the action on the task at once, and reverts it with a notice when the server rejects it. Resolves to true when
   * the server accepted it. `task`: the task, when it is not in the list.
   */
  act(action: ActionId, taskId: string, task?: Task): Promise<boolean>;
  /** Requests an action without showing it. Resolves to undefined after the abort. */
  request(action: ActionId, task: Task): Promise<ActionResult | undefined>;
  /** Null when no action on a single task is pending. Else resolves to true when all succeeded. */
  waitForPending(): Promise<boolean> | null;
}

/**
 * `streamsEnded` resolves when no closed stream is still ending: the end of a stream could mark its task as read again.
 * `changed` is called after an `act` whose answer does not settle the task; `signal` ends all requests.
 */
export function createActionRunner(
  {
    backend,
    store,
    clock,
    streamsEnded = async () => {},
    requestLog,
  }: Pick<SyncContext, 'backend' | 'store' | 'clock' | 'requestLog'> & {
    readonly streamsEnded?: () => Promise<void>;
  },
  changed: () => void,
  signal: AbortSignal,
): ActionRunner {
  /** Applies the answer to the task. Resolves to null when the server accepted the action, else to the error. */
  async function perform(action: Action, task: Task): Promise<{ readonly error: unknown } | null> {
    let patch: TaskPatch;
    if (action.ownPin !== undefined)
      store.dispatch({ type: 'own-pin-changed', taskId: task.id, isPinned: action.ownPin });
    try {
      if (action.id === MARK_UNREAD) await streamsEnded();
      patch = action.ownPin === undefined ? await sourceOf(backend, task).run(action.id, task, signal) : {};
    } catch (error) {
      const isGone = action.removesTask && error instanceof BackendError && error.kind === 'not-found';
      if (!isGone) return { error };
      patch = { isRemoved: true };
    }
    store.dispatch({
      type: 'action-accepted',
      taskId: task.id,
      action: action.id,
      patch,
      now: clock.now(),
    });
    return null;
  }

  /** Whether the task shows the server's word, and no pending change. */
  const isSettled = ({ id }: Task): boolean => !store.getState().pendingChanges.has(id);

  const pendingRequests = new Set<Promise<boolean>>();

  async function show(action: Action, task: Task): Promise<boolean> {
    const { id: taskId } = task;
    store.dispatch({ type: 'action-started', taskId, action: action.id, now: clock.now() });
    const failure = await perform(action, task);
    if (failure !== null) {
      requestLog?.noteNext(failure.error, 'shows the task as before, and a notice');
      const text = `Cannot ${action.verb.present} “${shortTitle(task)}”: ${errorText(failure.error)}`;
      const cause = { kind: 'action', taskId, action: action.id } as const;
      const notice = { tone: 'bad', text, at: clock.now(), cause } as const;
      store.dispatch(
        { type: 'action-failed', taskId },
        ...(signal.aborted ? [] : [{ type: 'notice-changed', notice } as const]),
      );
    }
    if (failure !== null || !isSettled(task)) changed();
    return failure === null;
  }

  const actionOn = (id: ActionId, task: Task): Action | null =>
    actionFor(store.getState().actionTables, id, task);

  return {
    async act(id, taskId, known) {
      // The task need not be in the list: the scope may have changed.
      const task = known ?? knownTask(store.getState(), taskId);
      const action = task && actionOn(id, task);
      if (task === null || action === null) return false;
      const pending = show(action, task).finally(() => pendingRequests.delete(pending));
      pendingRequests.add(pending);
      return pending;
    },
    async request(id, task) {
      const action = actionOn(id, task);
      if (action === null) return { failure: 'It does not apply.', isSettled: true };
      const failure = await perform(action, task);
      if (signal.aborted) return undefined;
      return failure === null
        ? { failure: null, isSettled: isSettled(task) }
        : { failure: errorText(failure.error), isSettled: false };
    },
    waitForPending: () =>
      pendingRequests.size === 0
        ? null
        : Promise.all(pendingRequests).then((results) => !results.includes(false)),
  };
}
