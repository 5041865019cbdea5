import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { MINE, scopeIncludes } from '../domain/owner-scope.ts';
import { shortTitle } from '../domain/short-title.ts';
import { chatFacts, type Task, titleOf } from '../domain/task.ts';
import { NEW_TASK_KEY } from '../store/slices/drafts.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import type { SyncContext } from './sync-context.ts';

/** A created task is in the list by then, ms: the server may first generate a name. */
const TIMEOUT_MS = 2 * 60_000;

/**
 * After a create request without a response: when the list shows a new task with this prompt, removes the draft and
 * shows a notice. Stops after two minutes, or with the signal.
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
    // A task in another scope may be old, or belong to another user.
    if (state.tasks === tasks || state.listedScope !== listedScope) return;
    tasks = state.tasks;
    const me = state.user?.username ?? null;
    const created = tasks.find(
      (task) =>
        !knownIds.has(task.id) &&
        isFromPrompt(task, prompt.trim()) &&
        scopeIncludes(MINE, task, me) !== false,
    );
    if (created === undefined) return;
    end();
    // Keep a draft that the user has changed since.
    if (state.drafts.get(NEW_TASK_KEY)?.text === prompt)
      store.dispatch(
        { type: 'draft-changed', key: NEW_TASK_KEY, buffer: EMPTY_BUFFER },
        { type: 'attachments-changed', key: NEW_TASK_KEY, files: [] },
        { type: 'form-changed', change: EMPTY_FORM },
      );
    const text = `Task created after all: “${shortTitle(created)}”.`;
    store.dispatch({ type: 'notice-changed', notice: { tone: 'good', text, at: clock.now() } });
  };
  const unsubscribe = store.subscribe(checkList);
  const cancel = clock.after(TIMEOUT_MS, end);
  signal.addEventListener('abort', end, { once: true });
}

/** A chat has no initial prompt: until the server has generated its title, that is the beginning of the prompt. */
function isFromPrompt(task: Task, prompt: string): boolean {
  if (chatFacts(task) === null) return task.initialPrompt.trim() === prompt;
  const beginning = titleOf(task)
    .replace(/(?:…|\.{3})$/u, '')
    .trim();
  return beginning !== '' && prompt.startsWith(beginning);
}
