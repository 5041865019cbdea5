import { EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { BackendError, errorText } from '../domain/errors.ts';
import { keyFor } from '../domain/key-placeholder.ts';
import { takesOwnFields } from '../domain/own-fields.ts';
import type { TaskOperations } from '../domain/ports/operations.ts';
import { shortTitle } from '../domain/short-title.ts';
import { sourceOf } from '../domain/sources.ts';
import { type Task, titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { titleKey } from '../store/slices/drafts.ts';
import type { Notice } from '../store/slices/notices.ts';
import { knownTask } from '../store/task-index.ts';
import type { SyncContext } from './sync-context.ts';

/**
 * Changes titles, on the server or where it has no request for it here, and asks the server for proposals. `changed` is
 * called when a row may be out of date.
 */
export function createTitleChanges(
  { backend, store, clock }: Pick<SyncContext, 'backend' | 'store' | 'clock'>,
  changed: () => void,
  signal: AbortSignal,
): Pick<TaskOperations, 'rename' | 'proposeTitle'> {
  const notify = (tone: Notice['tone'], text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });

  /** Empty: the server's title is shown again. */
  function renameHere(task: Task, title: string): void {
    store.dispatch({ type: 'own-title-changed', taskId: task.id, title });
    const renamed = knownTask(store.getState(), task.id) ?? task;
    store.dispatch({ type: 'task-renamed', task: renamed, before: task.own?.title ?? '' });
    const undo = `Press ${keyFor('take-back')} to undo it.`;
    notify(
      'good',
      title === ''
        ? `It has the title of its server again: “${shortTitle(renamed)}”. ${undo}`
        : `Renamed to “${shortTitle(renamed)}”, in taskdeck only. ${undo}`,
    );
  }

  async function rename(taskId: string, title: string): Promise<void> {
    const task = knownTask(store.getState(), taskId);
    if (task === null) return;
    if (takesOwnFields(task)) return renameHere(task, title);
    const { rename: change } = sourceOf(backend, task);
    try {
      if (change === undefined) throw unsupported('This server cannot change titles.');
      await change(task, title, signal);
    } catch (error) {
      if (signal.aborted) return;
      notify(
        'bad',
        `Cannot rename “${shortTitle(task)}”: ${errorText(error)} Press ${keyFor('rename')} to restore your text.`,
      );
      return changed();
    }
    if (signal.aborted) return;
    const key = titleKey(taskId);
    const state = store.getState();
    const isSaved = state.drafts.get(key)?.text === title;
    const now = clock.now();
    const renamed = { ...(knownTask(state, taskId) ?? task), displayName: title };
    store.dispatch(
      { type: 'task-received', task: renamed, startedAt: now, now },
      { type: 'task-renamed', task: renamed, before: titleOf(task) },
      ...(isSaved ? [{ type: 'draft-changed', key, buffer: EMPTY_BUFFER } as const] : []),
    );
    notify('good', `Renamed to “${shortTitle(renamed)}”. Press ${keyFor('take-back')} to undo it.`);
    changed();
  }

  /** Puts the proposal in the field, unless the user has typed meanwhile: then a notice shows it. */
  async function proposeTitle(taskId: string): Promise<void> {
    const fieldOf = () => {
      const { overlay } = store.getState().view;
      return overlay?.kind === 'rename' && overlay.taskId === taskId ? overlay : null;
    };
    const task = knownTask(store.getState(), taskId);
    const before = fieldOf();
    if (task === null || before === null) return;
    const source = sourceOf(backend, task);
    let proposal: string | null = null;
    try {
      if (source.proposeTitle === undefined) throw unsupported('This server proposes no titles.');
      proposal = sanitiseLine(await source.proposeTitle(task, signal)).trim();
    } catch (error) {
      if (!signal.aborted && fieldOf() !== null) notify('bad', `No title was proposed: ${errorText(error)}`);
    }
    const field = fieldOf();
    if (signal.aborted || field === null) return;
    const isUntouched = field.title === before.title;
    const title = proposal !== null && proposal !== '' && isUntouched ? proposal : field.title;
    store.dispatch(
      { type: 'overlay-opened', overlay: { ...field, title, isProposing: false } },
      ...(title === field.title ? [] : [{ type: 'field-cursor-moved', cursor: title.length } as const]),
    );
    if (proposal !== null && !isUntouched) notify('plain', `The server proposes “${proposal}”.`);
  }

  return {
    rename: (taskId, title) => void rename(taskId, title),
    proposeTitle: (taskId) => void proposeTitle(taskId),
  };
}

const unsupported = (message: string): BackendError =>
  new BackendError({ kind: 'conflict', message, tookEffect: 'no' });
