import { diffDocument } from '../domain/diff-document.ts';
import { BackendError, errorText } from '../domain/errors.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import type { DiffOf } from '../domain/ports/source.ts';
import { sourceOf } from '../domain/sources.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/** Loads the diff that is open. Stops when it is closed, and requests no diff twice at the same time. */
export function createDiffLoader(
  { backend, store }: Pick<SyncContext, 'backend' | 'store'>,
  signal: AbortSignal,
): TaskOperations['loadDiff'] {
  /** The diff of this task, while it is on screen. */
  const openDiff = (taskId: string) => {
    const { openDiff: open } = store.getState().view;
    return open?.taskId === taskId ? open : null;
  };

  async function load(taskId: string, of: DiffOf): Promise<void> {
    const task = knownTask(store.getState(), taskId);
    const open = openDiff(taskId);
    if (open === null || open[of].isLoading) return;
    store.dispatch({ type: 'diff-requested', taskId, of });
    const closing = new AbortController();
    const unsubscribe = store.subscribe(() => {
      if (openDiff(taskId) === null) closing.abort();
    });
    try {
      if (task === null) throw unavailable('The chat is no longer listed.');
      const source = sourceOf(backend, task);
      if (source.diff === undefined) throw unavailable('This server has no diffs.');
      const diff = await source.diff(task, of, AbortSignal.any([signal, closing.signal]));
      if (!signal.aborted && !closing.signal.aborted)
        store.dispatch({ type: 'diff-received', taskId, document: diffDocument(diff, of) });
    } catch (error) {
      if (!signal.aborted && !closing.signal.aborted)
        store.dispatch({ type: 'diff-failed', taskId, of, error: errorText(error) });
    } finally {
      unsubscribe();
    }
  }

  return (taskId, of) => void load(taskId, of);
}

const unavailable = (message: string): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no' });
