import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { BackendError, errorText, joinSentences } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { fieldErrors } from '../domain/new-task.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { creatingSource, sourceOf } from '../domain/sources.ts';
import { initialPromptKey } from '../store/slices/drafts.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import type { NoticeCause } from '../store/slices/notices.ts';
import { taskById } from '../store/task-index.ts';
import { detectLateCreation } from './detect-late-creation.ts';
import { type ActionRunner, createActionRunner } from './run-actions.ts';
import type { SyncContext } from './sync-context.ts';
import { createTemplateOptionsLoader } from './template-options.ts';
import { createUserSearch } from './user-search.ts';

export interface Operations extends Omit<TaskOperations, 'act'>, ActionRunner {
  /** Loads the template options of the open form again; does nothing without one. */
  reloadTemplateOptions(): void;
  stop(): void;
}

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

  return {
    ...createActionRunner(context, changed, signal),
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
      creatingSource(backend, task)
        .create(task, signal)
        .then(
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
    pageOf: (task) => sourceOf(backend, task).pageOf(task, signal),

    updateInput(taskId, text) {
      const task = taskById(store.getState(), taskId);
      if (task === null) return;
      const title = shortTitle(task);
      sourceOf(backend, task)
        .updateInput(task, text, signal)
        .then(
          () => {
            const state = store.getState();
            const now = clock.now();
            const current = taskById(state, taskId);
            const task = current && { ...current, initialPrompt: text };
            // Keep a draft that the user has changed since.
            const key = initialPromptKey(taskId);
            const isSaved = state.drafts.get(key)?.text === text;
            const notice = `“${title}” starts with the new prompt on resume.`;
            store.dispatch(
              { type: 'notice-changed', notice: { tone: 'good', text: notice, at: now } },
              ...(task === null ? [] : [{ type: 'task-received', task, startedAt: now, now } as const]),
              ...(isSaved ? [{ type: 'draft-changed', key, buffer: EMPTY_BUFFER } as const] : []),
            );
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
