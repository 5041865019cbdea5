import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { BackendError, errorText, joinSentences } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { fieldErrors } from '../domain/new-task.ts';
import type { TaskAction } from '../domain/phase.ts';
import type { AgentBackend } from '../domain/ports/backend.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import type { Task } from '../domain/task.ts';
import { EMPTY_FORM } from '../store/form.ts';
import { knownTask, taskById } from '../store/selectors.ts';
import type { NoticeCause } from '../store/state.ts';
import { initialPromptKey } from '../store/state.ts';
import { detectLateCreation } from './detect-late-creation.ts';
import type { SyncContext } from './sync-context.ts';
import { createTemplateOptionsLoader } from './template-options.ts';
import { createUserSearch } from './user-search.ts';

export interface Operations extends TaskOperations {
  /** Resolves to true when the server accepted the resume. `task`: the task, when it is not in the list. */
  resume(taskId: string, task?: Task): Promise<boolean>;
  /** Requests a change without showing it. Resolves to null, the reason of a failure, or undefined after `stop`. */
  request(action: TaskAction, task: Task): Promise<string | null | undefined>;
  /** Loads the template options of the open form again; does nothing without one. */
  reloadTemplateOptions(): void;
  /** Null when no pause, resume or delete of a single task is pending. Else resolves to true when all succeeded. */
  waitForPending(): Promise<boolean> | null;
  stop(): void;
}

const ACTION_METHODS: Readonly<
  Record<TaskAction, (backend: AgentBackend, task: Task, signal: AbortSignal) => Promise<unknown>>
> = {
  pause: (backend, task, signal) => backend.pause(task, signal),
  resume: (backend, task, signal) => backend.resume(task, signal),
  delete: (backend, task, signal) => backend.remove(task, signal),
};

export function createTaskOperations(context: SyncContext & { readonly changed: () => void }): Operations {
  const { backend, store, clock, changed } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  const users = createUserSearch(context);
  const templateOptions = createTemplateOptionsLoader(context, signal);
  let counter = 0;

  const reportFailure = (fact: string, error: unknown, hint = '', cause?: NoticeCause): void => {
    if (signal.aborted) return;
    const text = joinSentences([`${fact}: ${errorText(error)}`, hint]);
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text, at: clock.now(), ...(cause && { cause }) },
    });
  };

  /** Resolves to null when the server accepted it, else to the error. */
  async function perform(action: TaskAction, task: Task): Promise<{ readonly error: unknown } | null> {
    try {
      await ACTION_METHODS[action](backend, task, signal);
    } catch (error) {
      const isGone = action === 'delete' && error instanceof BackendError && error.kind === 'not-found';
      if (!isGone) return { error };
    }
    if (action === 'delete') store.dispatch({ type: 'task-deleted', taskId: task.id, now: clock.now() });
    return null;
  }

  const pendingRequests = new Set<Promise<boolean>>();

  function trackRequest(taskId: string, action: TaskAction, known?: Task): Promise<boolean> {
    const pending = request(taskId, action, known).finally(() => pendingRequests.delete(pending));
    pendingRequests.add(pending);
    return pending;
  }

  async function request(taskId: string, action: TaskAction, known?: Task): Promise<boolean> {
    // The task need not be in the list: the scope may have changed.
    const task = known ?? knownTask(store.getState(), taskId);
    if (task === null) return false;
    store.dispatch({ type: 'action-started', taskId, action, now: clock.now() });
    const failure = await perform(action, task);
    if (failure !== null) {
      store.dispatch({ type: 'action-failed', taskId });
      reportFailure(`Cannot ${action} “${shortTitle(task)}”`, failure.error, '', {
        kind: 'action',
        taskId,
        action,
      });
    }
    changed();
    return failure === null;
  }

  return {
    pause: (taskId) => void trackRequest(taskId, 'pause'),
    resume: (taskId, known) => trackRequest(taskId, 'resume', known),
    remove: (taskId) => void trackRequest(taskId, 'delete'),
    async request(action, task) {
      const failure = await perform(action, task);
      if (signal.aborted) return undefined;
      return failure === null ? null : errorText(failure.error);
    },
    create(task, submitted = { form: EMPTY_FORM, prompt: task.prompt }) {
      const key = `c${++counter}`;
      const knownIds = new Set(store.getState().tasks.map(({ id }) => id));
      store.dispatch({
        type: 'creation-started',
        key,
        prompt: task.prompt,
        submitted,
        now: clock.now(),
      });
      backend.create(task, signal).then(
        (created) => {
          store.dispatch({ type: 'creation-finished', key, task: created, now: clock.now() });
          changed();
        },
        (error) => {
          if (signal.aborted) return;
          const errors = error instanceof BackendError ? fieldErrors(error) : {};
          store.dispatch({ type: 'creation-failed', key, fieldErrors: errors, now: clock.now() });
          const isFormOpen = store.getState().view.openForm !== null;
          const hint = isFormOpen ? '' : `Press ${keyFor('new')} to restore your prompt.`;
          if (error instanceof BackendError && error.tookEffect === 'maybe') {
            reportFailure('The task may or may not have been created', error, hint);
            detectLateCreation(context, task.prompt, knownIds, signal);
            changed();
          } else reportFailure('Cannot create the task', error, hint);
        },
      );
    },
    pageOf: (task) => backend.pageOf(task, signal),

    updateInput(taskId, text) {
      const task = taskById(store.getState(), taskId);
      if (task === null) return;
      const title = shortTitle(task);
      backend.updateInput(task, text, signal).then(
        () => {
          const state = store.getState();
          const now = clock.now();
          const current = taskById(state, taskId);
          if (current !== null)
            store.dispatch({
              type: 'task-received',
              task: { ...current, initialPrompt: text },
              startedAt: now,
              now,
            });
          // Keep a draft that the user has changed since.
          const key = initialPromptKey(taskId);
          if (state.drafts.get(key)?.text === text)
            store.dispatch({ type: 'draft-changed', key, buffer: EMPTY_BUFFER });
          const notice = `“${title}” starts with the new prompt on resume.`;
          store.dispatch({ type: 'notice-changed', notice: { tone: 'good', text: notice, at: now } });
          changed();
        },
        (error) =>
          reportFailure(
            `Cannot change the initial prompt of “${title}”`,
            error,
            `Press ${keyFor('edit-input')} to restore your text.`,
          ),
      );
    },
    async loadTemplates() {
      try {
        store.dispatch({ type: 'templates-received', templates: await backend.templates(signal) });
      } catch (error) {
        reportFailure('Cannot list the templates', error, '', {
          kind: 'templates',
          known: store.getState().templates,
        });
      }
    },
    findUsers: users.find,
    loadTemplateOptions: templateOptions.load,
    reloadTemplateOptions: templateOptions.reload,
    waitForPending: () =>
      pendingRequests.size === 0
        ? null
        : Promise.all(pendingRequests).then((results) => !results.includes(false)),
    stop() {
      templateOptions.stop();
      stopping.abort();
      users.stop();
      // Their responses will be lost, so their prompts become drafts again.
      for (const { key } of store.getState().pendingCreations.toReversed())
        store.dispatch({ type: 'creation-failed', key, now: clock.now() });
    },
  };
}
