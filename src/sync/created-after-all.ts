import { EMPTY } from '../domain/edit/buffer.ts';
import { holds, MINE } from '../domain/scope.ts';
import { shortTitle } from '../domain/short-title.ts';
import { BLANK_FORM } from '../store/form.ts';
import { NEW } from '../store/state.ts';
import type { Context } from './context.ts';

/** A server that made a task has it in its list by then, ms: it may still be thinking of a name for it. */
const LATEST_MS = 2 * 60_000;

/**
 * Nobody said whether a task was created of `prompt`. Looks for it among those that `known` does not have: when it is
 * there, what was written is a draft no more, and the user is told. Ends by itself, or with the signal.
 */
export function watchForCreated(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  prompt: string,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): void {
  let { tasks } = store.getState();
  const { listed } = store.getState();
  const end = (): void => {
    unsubscribe();
    cancel();
    signal.removeEventListener('abort', end);
  };
  const look = (): void => {
    const state = store.getState();
    // What is in a list of others may be anybody's, or old.
    if (state.tasks === tasks || state.listed !== listed) return;
    tasks = state.tasks;
    const me = state.user?.username ?? null;
    const made = tasks.find(
      (task) =>
        !known.has(task.id) && task.initialPrompt.trim() === prompt.trim() && holds(MINE, task, me) !== false,
    );
    if (made === undefined) return;
    end();
    // What has been written to it since stays.
    if (state.drafts.get(NEW)?.text === prompt) {
      store.dispatch({ type: 'draft-edited', key: NEW, buffer: EMPTY });
      store.dispatch({ type: 'form-changed', change: BLANK_FORM });
    }
    const text = `The task was created after all: “${shortTitle(made)}”.`;
    store.dispatch({ type: 'noticed', notice: { tone: 'good', text, at: clock.now() } });
  };
  const unsubscribe = store.subscribe(look);
  const cancel = clock.after(LATEST_MS, end);
  signal.addEventListener('abort', end, { once: true });
}
