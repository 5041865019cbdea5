import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { BackendError, errorText } from '../domain/errors.ts';
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
  /** Resolves to whether the task will start. `known`: the task, where it need not be listed. */
  resume(taskId: string, task?: Task): Promise<boolean>;
  /**
   * Requests a change that is shown already. Resolves to null when the server accepted it, else to why not; undefined
   * when taskdeck ends before the answer.
   */
  request(intent: TaskAction, task: Task): Promise<string | null | undefined>;
  /** Loads once more what the template of the form offers, where a form is on the screen. */
  reloadTemplateOptions(): void;
  /**
   * Null when no pause, resume or delete of a single task is under way. Else resolves when none is, to whether the server
   * accepted all of them.
   */
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

  const reportFailure = (what: string, error: unknown, about?: NoticeCause): void => {
    if (signal.aborted) return;
    const text = `${what}: ${errorText(error)}`;
    store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'bad', text, at: clock.now(), ...(about && { cause: about }) },
    });
  };

  /** Resolves to null when it is done, else to what was wrong. */
  async function perform(intent: TaskAction, task: Task): Promise<{ readonly error: unknown } | null> {
    try {
      await ACTION_METHODS[intent](backend, task, signal);
    } catch (error) {
      const isGone = intent === 'delete' && error instanceof BackendError && error.kind === 'not-found';
      if (!isGone) return { error };
    }
    if (intent === 'delete') store.dispatch({ type: 'task-deleted', taskId: task.id, now: clock.now() });
    return null;
  }

  /** Requests without an answer. */
  const pendingRequests = new Set<Promise<boolean>>();

  function trackRequest(taskId: string, intent: TaskAction, known?: Task): Promise<boolean> {
    const asked = request(taskId, intent, known).finally(() => pendingRequests.delete(asked));
    pendingRequests.add(asked);
    return asked;
  }

  async function request(taskId: string, intent: TaskAction, known?: Task): Promise<boolean> {
    // What was asked goes on when others are listed by now.
    const task = known ?? knownTask(store.getState(), taskId);
    if (task === null) return false;
    store.dispatch({ type: 'action-started', taskId, action: intent, now: clock.now() });
    const failure = await perform(intent, task);
    if (failure !== null) {
      store.dispatch({ type: 'action-failed', taskId });
      reportFailure(`Cannot ${intent} "${shortTitle(task)}"`, failure.error, {
        kind: 'intent',
        taskId,
        intent,
      });
    }
    changed();
    return failure === null;
  }

  return {
    pause: (taskId) => void trackRequest(taskId, 'pause'),
    resume: (taskId, known) => trackRequest(taskId, 'resume', known),
    remove: (taskId) => void trackRequest(taskId, 'delete'),
    async request(intent, task) {
      const failure = await perform(intent, task);
      if (signal.aborted) return undefined;
      return failure === null ? null : errorText(failure.error);
    },
    create(task, sent = { form: EMPTY_FORM, prompt: task.prompt }) {
      const key = `c${++counter}`;
      const knownIds = new Set(store.getState().tasks.map(({ id }) => id));
      store.dispatch({
        type: 'creation-started',
        key,
        prompt: task.prompt,
        submitted: sent,
        now: clock.now(),
      });
      backend.create(task, signal).then(
        (created) => {
          store.dispatch({ type: 'creation-finished', key, task: created, now: clock.now() });
          changed();
        },
        (error) => {
          if (signal.aborted) return;
          const faults = error instanceof BackendError ? fieldErrors(error) : {};
          store.dispatch({ type: 'creation-failed', key, fieldErrors: faults, now: clock.now() });
          const isFormOpen = store.getState().view.openForm !== null;
          const restoreHint = isFormOpen ? '' : `${keyFor('new')} brings back what you wrote`;
          if (error instanceof BackendError && error.tookEffect === 'maybe') {
            reportFailure(
              `It is not known whether the task was created${isFormOpen ? '' : `; ${restoreHint}`}`,
              error,
            );
            detectLateCreation(context, task.prompt, knownIds, signal);
            changed();
          } else reportFailure(`The task was not created${isFormOpen ? '' : `, and ${restoreHint}`}`, error);
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
          // What has been written to it since stays.
          const key = initialPromptKey(taskId);
          if (state.drafts.get(key)?.text === text)
            store.dispatch({ type: 'draft-changed', key, buffer: EMPTY_BUFFER });
          const words = `“${title}” begins with its new prompt when it is resumed.`;
          store.dispatch({ type: 'notice-changed', notice: { tone: 'good', text: words, at: now } });
          changed();
        },
        (error) =>
          reportFailure(
            `The prompt of “${title}” is as it was, and ${keyFor('edit-input')} brings back what you wrote`,
            error,
          ),
      );
    },
    async loadTemplates() {
      try {
        store.dispatch({ type: 'templates-received', templates: await backend.templates(signal) });
      } catch (error) {
        reportFailure('The templates cannot be listed', error, {
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
        : Promise.all(pendingRequests).then((taken) => !taken.includes(false)),
    stop() {
      templateOptions.stop();
      stopping.abort();
      users.stop();
      // Nobody will hear what became of these: what was written is a draft again.
      for (const { key } of store.getState().pendingCreations.toReversed())
        store.dispatch({ type: 'creation-failed', key, now: clock.now() });
    },
  };
}
