import { randomBytes, randomUUID } from 'node:crypto';
import { BackendError, errorReason, errorText, joinSentences } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { chatFieldErrors } from '../domain/new-chat.ts';
import { type FieldErrors, fieldErrors, type SubmittedForm } from '../domain/new-task.ts';
import { isNewChat, type NewTask, type Source } from '../domain/ports/source.ts';
import { creatingSource } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import { newWorkspaceName } from '../domain/workspace.ts';
import { EMPTY_FORM } from '../store/slices/new-task.ts';
import type { Notice } from '../store/slices/notices.ts';
import { detectLateCreation } from './detect-late-creation.ts';
import { resolveCreation } from './resolve-creation.ts';
import type { SyncContext } from './sync-context.ts';

/** Bytes of the suffix that makes the name of a workspace unique. */
const SUFFIX_BYTES = 3;

/** Creates tasks and chats. Shows each in the list at once, and restores its form after a rejection. */
export function createTaskCreator(
  context: SyncContext,
  changed: () => void,
  signal: AbortSignal,
): (task: NewTask, submitted?: SubmittedForm) => void {
  const { backend, store, clock, random } = context;
  let counter = 0;

  const notify = (tone: Notice['tone'], text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });

  return (task, submitted = { form: EMPTY_FORM, prompt: task.prompt }) => {
    const key = `c${++counter}`;
    const noun = isNewChat(task) ? 'chat' : 'task';
    const knownIds = new Set(store.getState().tasks.map(({ id }) => id));
    store.dispatch({ type: 'creation-started', key, prompt: task.prompt, submitted, now: clock.now() });

    const fail = (error: unknown, fact: string, errors: FieldErrors): void => {
      if (signal.aborted) return;
      store.dispatch({ type: 'creation-failed', key, fieldErrors: errors, now: clock.now() });
      const isFormOpen = store.getState().view.openForm !== null;
      const hint = isFormOpen ? '' : `Press ${keyFor('new')} to restore your prompt.`;
      notify('bad', joinSentences([`${fact}: ${errorText(error)}`, hint]));
    };

    const finish = (result: Task): void => {
      store.dispatch({ type: 'creation-finished', key, task: result, now: clock.now() });
      changed();
    };

    /** After a lost answer. A source that can look decides; else the next lists may. */
    async function settle(source: Source, creationId: string, error: BackendError, errors: FieldErrors) {
      const found = source.findCreated
        ? await resolveCreation({ source, creationId, clock, random }, signal)
        : 'unknown';
      if (found === 'absent') return fail(error, `The ${noun} was not created`, errors);
      if (found !== 'unknown') return finish(found);
      fail(error, `The ${noun} may or may not have been created`, errors);
      if (signal.aborted) return;
      detectLateCreation(context, task.prompt, knownIds, signal);
      changed();
    }

    const create = (created: NewTask): void => {
      const source = creatingSource(backend, created);
      const creationId = randomUUID();
      source.create(created, signal, creationId).then(finish, (error) => {
        const errors = error instanceof BackendError ? fieldErrorsOf(error, created) : {};
        if (error instanceof BackendError && error.tookEffect === 'maybe')
          void settle(source, creationId, error, errors);
        else fail(error, `Cannot create the ${noun}`, errors);
      });
    };

    const { newWorkspace } = submitted;
    if (newWorkspace === undefined || !isNewChat(task)) return create(task);
    const { template } = newWorkspace;
    const name = newWorkspaceName(template, randomBytes(SUFFIX_BYTES).toString('hex'));
    notify('plain', `Creating the workspace “${name}”. The chat starts in it.`);
    backend.createWorkspace(template.id, name, signal).then(
      (workspace) => {
        // After a rejection of the chat, the form has the workspace that now exists.
        const { form } = submitted;
        const choice = { existing: workspace.id };
        const known = store.getState().workspaces.value ?? [];
        store.dispatch(
          { type: 'workspaces-loaded', result: { value: [workspace, ...known] } },
          {
            type: 'creation-form-changed',
            key,
            form: { ...form, chat: { ...form.chat, workspace: choice } },
          },
        );
        create({ ...task, workspaceId: workspace.id });
      },
      (error) => {
        const isDoubtful = error instanceof BackendError && error.tookEffect === 'maybe';
        const fact = isDoubtful
          ? 'The workspace may or may not have been created, and the chat was not'
          : 'Cannot create the workspace of the chat';
        fail(error, fact, error instanceof BackendError ? { workspace: errorReason(error) } : {});
      },
    );
  };
}

const fieldErrorsOf = (error: BackendError, task: NewTask): FieldErrors =>
  isNewChat(task) ? chatFieldErrors(error) : fieldErrors(error);
