import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { MINE, scopeIncludes } from '../domain/owner-scope.ts';
import { shortTitle } from '../domain/short-title.ts';
import { EMPTY_FORM } from '../store/form.ts';
import { NEW_TASK_KEY } from '../store/state.ts';
import type { SyncContext } from './sync-context.ts';

/** A server that made a task has it in its list by then, ms: it may still be thinking of a name for it. */
const TIMEOUT_MS = 2 * 60_000;

/**
 * Nobody said whether a task was created of `prompt`. Looks for it among those that `known` does not have: when it is
 * there, what was written is a draft no more, and the user is told. Ends by itself, or with the signal.
 */
export function detectLateCreation(
  { store, clock }: Pick<SyncContext, 'store' | 'clock'>,
  prompt: string,
  knownIds: ReadonlySet<string>,
  signal: AbortSignal,
): void {
  let { tasks } = store.getState();
  const { listedScope } = store.getState();
  const end = (): void => {
    unsubscribe();
    cancel();
    signal.removeEventListener('abort', end);
  };
  const checkList = (): void => {
    const state = store.getState();
    // What is in a list of others may be anybody's, or old.
    if (state.tasks === tasks || state.listedScope !== listedScope) return;
    tasks = state.tasks;
    const me = state.user?.username ?? null;
    const created = tasks.find(
      (task) =>
        !knownIds.has(task.id) &&
        task.initialPrompt.trim() === prompt.trim() &&
        scopeIncludes(MINE, task, me) !== false,
    );
    if (created === undefined) return;
    end();
    // What has been written to it since stays.
    if (state.drafts.get(NEW_TASK_KEY)?.text === prompt) {
      store.dispatch({ type: 'draft-changed', key: NEW_TASK_KEY, buffer: EMPTY_BUFFER });
      store.dispatch({ type: 'form-changed', change: EMPTY_FORM });
    }
    const text = `The task was created after all: “${shortTitle(created)}”.`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'good', text, at: clock.now() } });
  };
  const unsubscribe = store.subscribe(checkList);
  const cancel = clock.after(TIMEOUT_MS, end);
  signal.addEventListener('abort', end, { once: true });
}
