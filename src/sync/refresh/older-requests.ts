import { sourceOf } from '../../domain/sources.ts';
import type { Task } from '../../domain/task.ts';
import { mergedTranscriptOf } from '../../store/merged-transcript.ts';
import type { State } from '../../store/state.ts';
import type { SyncContext } from '../sync-context.ts';
import type { RequestKind } from './request-kind.ts';
import { onOtherSelection, selectedIn } from './selection.ts';

/** The delay before a page that did not load is requested again, ms. */
const RETRY_MS = 3_000;
/** The delay before the page before an empty one is requested, ms. */
const EMPTY_PAGE_MS = 100;

/** Requests pages of older messages of the selected task when the state needs them, one after the other. */
export function olderRequests({ backend, store }: Pick<SyncContext, 'backend' | 'store'>): RequestKind {
  return {
    name: 'older',
    onChange(before, after) {
      const restart = onOtherSelection(before, after);
      if (restart !== null) return restart;
      const [from, to] = [neededIn(before), neededIn(after)];
      // The user waits for it: a new start has no pause after the page before.
      return to !== null && from?.before !== to.before ? { restartMs: 0 } : null;
    },
    retryMs: () => RETRY_MS,
    async request({ signal }) {
      const needed = neededIn(store.getState());
      if (needed === null) return null;
      const { task, before } = needed;
      const page = await sourceOf(backend, task).olderMessages?.(task, before, signal);
      signal.throwIfAborted();
      if (page === undefined) return null;
      // The server has only rows there that users do not see.
      if (page.messages.length === 0 && page.hasOlder) return EMPTY_PAGE_MS;
      store.dispatch({ type: 'older-page-received', taskId: task.id, before, page });
      return null;
    },
    onFailure(error) {
      const needed = neededIn(store.getState());
      if (needed === null) return;
      const { task, before } = needed;
      store.dispatch({ type: 'older-page-failed', taskId: task.id, before, error });
    },
  };
}

/** The page that the selected task needs; null for none. */
function neededIn(state: State): { readonly task: Task; readonly before: number } | null {
  const task = selectedIn(state)?.task;
  const page = task === undefined ? null : mergedTranscriptOf(state, task.id).olderPage;
  return task === undefined || page === null ? null : { task, before: page.before };
}
