import { type Action, type ActionId, actionFor } from '../domain/action.ts';
import { BackendError, errorText } from '../domain/errors.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { knownTask } from '../store/selectors.ts';
import type { SyncContext } from './sync-context.ts';

export interface ActionRunner {
  /**
   * Shows the action on the task at once, and reverts it with a notice when the server rejects it. Resolves to true when
   * the server accepted it. `task`: the task, when it is not in the list.
   */
  act(action: ActionId, taskId: string, task?: Task): Promise<boolean>;
  /** Requests an action without showing it. Resolves to null, the reason of a failure, or undefined after the abort. */
  request(action: ActionId, task: Task): Promise<string | null | undefined>;
  /** Null when no action on a single task is pending. Else resolves to true when all succeeded. */
  waitForPending(): Promise<boolean> | null;
}

const METHODS: Readonly<
  Record<ActionId, (backend: AgentBackend, task: Task, signal: AbortSignal) => Promise<unknown>>
> = {
  pause: (backend, task, signal) => backend.pause(task, signal),
  resume: (backend, task, signal) => backend.resume(task, signal),
  delete: (backend, task, signal) => backend.remove(task, signal),
};

/** `changed` is called after each `act`; `signal` ends all requests. */
export function createActionRunner(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  changed: () => void,
  signal: AbortSignal,
): ActionRunner {
  /** Resolves to null when the server accepted it, else to the error. */
  async function perform(
    { id, removesTask }: Action,
    task: Task,
  ): Promise<{ readonly error: unknown } | null> {
    try {
      await METHODS[id]?.(backend, task, signal);
    } catch (error) {
      const isGone = removesTask && error instanceof BackendError && error.kind === 'not-found';
      if (!isGone) return { error };
    }
    if (removesTask) store.dispatch({ type: 'task-deleted', taskId: task.id, now: clock.now() });
    return null;
  }

  const pendingRequests = new Set<Promise<boolean>>();

  async function show(action: Action, task: Task): Promise<boolean> {
    const { id: taskId } = task;
    store.dispatch({ type: 'action-started', taskId, action: action.id, now: clock.now() });
    const failure = await perform(action, task);
    if (failure !== null) {
      store.dispatch({ type: 'action-failed', taskId });
      if (!signal.aborted) {
        const text = `Cannot ${action.verb.present} “${shortTitle(task)}”: ${errorText(failure.error)}`;
        const cause = { kind: 'action', taskId, action: action.id } as const;
        store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text, at: clock.now(), cause } });
      }
    }
    changed();
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
      if (action === null) return 'It does not apply.';
      const failure = await perform(action, task);
      if (signal.aborted) return undefined;
      return failure === null ? null : errorText(failure.error);
    },
    waitForPending: () =>
      pendingRequests.size === 0
        ? null
        : Promise.all(pendingRequests).then((results) => !results.includes(false)),
  };
}
