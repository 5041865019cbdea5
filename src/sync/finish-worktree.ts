import { BackendError, errorText } from '../domain/errors.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import type { WorktreeAction } from '../domain/worktree.ts';
import { VERB_PHRASES } from '../domain/worktree-choice.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Requests about the worktree of a chat. `changed` is called after each action: it changes what the list shows. `signal`
 * ends all requests; the server finishes an action that has begun.
 */
export function createWorktreeOperations(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  changed: () => void,
  signal: AbortSignal,
): Pick<TaskOperations, 'loadWorktree' | 'finishWorktree'> {
  /** Tasks whose worktree was requested again before the answer. */
  const requestedMeanwhile = new Set<string>();
  const openedWorktree = (taskId: string) => store.getState().openedWorktrees.get(taskId);

  async function load(taskId: string): Promise<void> {
    const opened = openedWorktree(taskId);
    // The end of an action loads again: before it, the answer would be out of date.
    if (opened === undefined || opened.running !== null) return;
    if (opened.isLoading) {
      requestedMeanwhile.add(taskId);
      return;
    }
    store.dispatch({ type: 'worktree-requested', taskId });
    try {
      const task = listedTask(knownTask(store.getState(), taskId));
      const source = sourceOf(backend, task);
      if (source.worktreeActions === undefined) throw conflict(NO_WORKTREES);
      const value = await source.worktreeActions(task, signal);
      if (!signal.aborted) store.dispatch({ type: 'worktree-loaded', taskId, result: { value } });
    } catch (error) {
      if (!signal.aborted)
        store.dispatch({ type: 'worktree-loaded', taskId, result: { error: errorText(error) } });
    }
    // That answer may be older than the request.
    if (requestedMeanwhile.delete(taskId) && !signal.aborted) await load(taskId);
  }

  /** Reports the result in the overlay, or in a notice when it is closed; then loads what can be done now. */
  function report(taskId: string, action: WorktreeAction, isFailure: boolean, text: string): void {
    if (signal.aborted) return;
    const state = store.getState();
    const { overlay } = state.view;
    const isShown =
      (overlay?.kind === 'worktree' || overlay?.kind === 'confirm-worktree') && overlay.taskId === taskId;
    const task = knownTask(state, taskId);
    const title = task === null ? 'a task that is gone' : `“${shortTitle(task)}”`;
    const notice = isFailure ? `Cannot ${VERB_PHRASES[action]} ${title}: ${text}` : `${title}: ${text}`;
    store.dispatch(
      { type: 'worktree-action-ended', taskId, result: { action, isFailure, text } },
      ...(isShown
        ? []
        : [
            {
              type: 'notice-changed',
              notice: { tone: isFailure ? 'bad' : 'good', text: notice, at: clock.now() },
            } as const,
          ]),
    );
    changed();
    void load(taskId);
  }

  return {
    loadWorktree: (taskId) => void load(taskId),

    finishWorktree(taskId, action, options) {
      const opened = openedWorktree(taskId);
      if (opened === undefined || opened.running !== null) return;
      store.dispatch({ type: 'worktree-action-started', taskId, action, now: clock.now() });
      const run = async (): Promise<string> => {
        const task = listedTask(knownTask(store.getState(), taskId));
        const source = sourceOf(backend, task);
        if (source.finishWorktree === undefined) throw conflict(NO_WORKTREES);
        return source.finishWorktree(task, action, options, signal);
      };
      run().then(
        (text) => report(taskId, action, false, text),
        (error) => report(taskId, action, true, failureText(error)),
      );
    },
  };
}

/** The error, and whether the action may have run in spite of it. */
function failureText(error: unknown): string {
  const text = errorText(error);
  const isUnknown = error instanceof BackendError && error.tookEffect === 'maybe';
  return isUnknown ? `${text}\nIt may have run all the same: look at the branch first.` : text;
}

function listedTask(task: Task | null): Task {
  if (task === null) throw conflict('The chat is no longer listed.');
  return task;
}

const NO_WORKTREES = 'This server has no worktrees.';

const conflict = (message: string): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no' });
