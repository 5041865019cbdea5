import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { errorText, joinSentences } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { initialPromptKey } from '../store/slices/drafts.ts';
import type { NoticeCause } from '../store/slices/notices.ts';
import { taskById } from '../store/task-index.ts';
import { createPermissionAnswers } from './answer-permission.ts';
import { createTitleChanges } from './change-title.ts';
import { createChatOptionsLoader } from './chat-options.ts';
import { createChatConfiguration } from './configure-chat.ts';
import { createTaskCreator } from './create-task.ts';
import { createPromptEdit } from './edit-last-prompt.ts';
import { createWorktreeOperations } from './finish-worktree.ts';
import { createDiffLoader } from './load-diff.ts';
import { type ActionRunner, createActionRunner } from './run-actions.ts';
import type { SyncContext } from './sync-context.ts';
import { createTemplateOptionsLoader } from './template-options.ts';
import { createUserSearch } from './user-search.ts';
import { createWorkspaceOperations } from './workspace-operations.ts';
import { createWorktreePreviewLoader } from './worktree-preview.ts';

export interface Operations extends Omit<TaskOperations, 'act'>, ActionRunner {
  /** Loads the options of the open form again; does nothing without one. */
  reloadFormOptions(): void;
  stop(): void;
}

export function createTaskOperations(
  context: SyncContext & { readonly changed: () => void; readonly streamsEnded?: () => Promise<void> },
): Operations {
  const { backend, store, clock, changed } = context;
  const stopping = new AbortController();
  const { signal } = stopping;
  const users = createUserSearch(context);
  const templateOptions = createTemplateOptionsLoader(context, signal);
  const chatOptions = createChatOptionsLoader(context, signal);
  const worktreePreview = createWorktreePreviewLoader(context, signal);

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
    create: createTaskCreator(context, changed, signal),
    ...createWorkspaceOperations(context, changed, signal),
    ...createWorktreeOperations(context, changed, signal),
    ...createTitleChanges(context, changed, signal),
    answerPermission: createPermissionAnswers(context, changed, signal),
    configureChat: createChatConfiguration(context, changed, signal),
    loadDiff: createDiffLoader(context, signal),
    editLastPrompt: createPromptEdit(context, changed, signal),
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
    loadChatOptions: async () => void (await Promise.all([chatOptions.load(), worktreePreview.load()])),
    loadChatModels: chatOptions.loadModels,
    reloadFormOptions() {
      templateOptions.reload();
      chatOptions.reload();
    },
    stop() {
      chatOptions.stop();
      worktreePreview.stop();
      templateOptions.stop();
      stopping.abort();
      users.stop();
      // Their responses will be lost, so their prompts become drafts again.
      for (const { key } of store.getState().pendingCreations.toReversed())
        store.dispatch({ type: 'creation-failed', key, now: clock.now() });
    },
  };
}
