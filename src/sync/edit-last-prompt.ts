import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { BackendError, errorText } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { initialPromptKey } from '../store/slices/drafts.ts';
import type { Notice } from '../store/slices/notices.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/** Replaces last prompts of chats, one at a time for each chat: a second request would delete the turn of the first. */
export function createPromptEdit(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  changed: () => void,
  signal: AbortSignal,
): TaskOperations['editLastPrompt'] {
  const pending = new Set<string>();
  const notify = (tone: Notice['tone'], text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });

  return (taskId, messageId, text) => {
    const task = knownTask(store.getState(), taskId);
    if (task === null) return;
    if (pending.has(taskId)) return notify('plain', 'Its last prompt is being replaced already.');
    const title = `“${shortTitle(task)}”`;
    const source = sourceOf(backend, task);
    pending.add(taskId);
    const request =
      source.editMessage === undefined
        ? Promise.reject(unsupported())
        : source.editMessage(task, messageId, text, signal);
    request
      .then(
        () => {
          const key = initialPromptKey(taskId);
          // Keep a draft that the user has changed since.
          const isSaved = store.getState().drafts.get(key)?.text === text;
          if (isSaved) store.dispatch({ type: 'draft-changed', key, buffer: EMPTY_BUFFER });
          notify('good', `The last prompt of ${title} is replaced, and its agent works on it.`);
        },
        (error) => {
          if (signal.aborted) return;
          const isDoubtful = error instanceof BackendError && error.tookEffect === 'maybe';
          const fact = isDoubtful
            ? `The last prompt of ${title} may or may not be replaced`
            : `Cannot replace the last prompt of ${title}`;
          notify('bad', `${fact}: ${errorText(error)} Press ${keyFor('edit-input')} to restore your text.`);
        },
      )
      .finally(() => {
        pending.delete(taskId);
        if (!signal.aborted) changed();
      });
  };
}

const unsupported = (): BackendError =>
  new BackendError({
    kind: 'conflict',
    message: 'This server cannot change sent messages.',
    tookEffect: 'no',
  });
