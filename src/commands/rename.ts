import { bufferOf, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { takesOwnFields } from '../domain/own-fields.ts';
import { MAX_TITLE } from '../domain/rules.ts';
import { serverTitleOf, type Task, titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { selectedTask } from '../store/selectors.ts';
import { titleKey } from '../store/slices/drafts.ts';
import type { Overlay } from '../store/slices/screen.ts';
import { taskById } from '../store/task-index.ts';
import type { Command, CommandContext } from './command.ts';

type RenameOverlay = Extract<Overlay, { readonly kind: 'rename' }>;

/** Opens a field with the title, or with one that the server has not accepted. */
function openTitle({ store }: CommandContext): void {
  const state = store.getState();
  const task = selectedTask(state);
  if (task === null) return;
  const title = state.drafts.get(titleKey(task.id))?.text ?? sanitiseLine(titleOf(task));
  store.dispatch({
    type: 'overlay-opened',
    overlay: { kind: 'rename', taskId: task.id, title, isProposing: false },
  });
}

/** Sends the title, which stays a draft until the server accepts it; or stores it here where the server has none. */
export function confirmTitle(
  { store, clock, operations }: CommandContext,
  { taskId, title }: RenameOverlay,
): void {
  const task = taskById(store.getState(), taskId);
  const text = title.trim();
  if (task !== null && takesOwnFields(task)) return renameHere({ store, clock, operations }, task, text);
  const problem = text === '' ? 'The title is empty.' : lengthProblem(text);
  if (problem !== null)
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: problem, at: clock.now() },
    });
  const isChanged = task !== null && text !== sanitiseLine(titleOf(task));
  const buffer = isChanged ? bufferOf(text) : EMPTY_BUFFER;
  store.dispatch({ type: 'overlay-closed' }, { type: 'draft-changed', key: titleKey(taskId), buffer });
  if (isChanged) operations.rename(taskId, text);
}

/** An empty title, or that of the server, removes the own one. */
function renameHere(
  { store, clock, operations }: Pick<CommandContext, 'store' | 'clock' | 'operations'>,
  task: Task,
  text: string,
): void {
  const title = text === sanitiseLine(serverTitleOf(task)) ? '' : text;
  const problem =
    lengthProblem(title) ??
    (text === '' && (task.own?.title ?? '') === '' ? 'It has no title of its own.' : null);
  if (problem !== null)
    return store.dispatch({
      type: 'notice-changed',
      notice: { tone: 'plain', text: problem, at: clock.now() },
    });
  store.dispatch({ type: 'overlay-closed' });
  if (title !== sanitiseLine(task.own?.title ?? '')) operations.rename(task.id, title);
}

function lengthProblem(title: string): string | null {
  const length = Array.from(title).length;
  return length > MAX_TITLE ? `A title has at most ${MAX_TITLE} characters; this one has ${length}.` : null;
}

export const renameCommands: readonly Command[] = [
  {
    id: 'rename',
    title: 'Rename the task or chat',
    keys: ['T'],
    keyContext: 'panes',
    sends(state) {
      const task = selectedTask(state);
      return task !== null && !takesOwnFields(task);
    },
    enabled: (state) => selectedTask(state) !== null || 'No task is selected.',
    run: openTitle,
  },
  {
    id: 'propose-title',
    title: 'Let the server propose a title',
    hint: 'propose',
    keys: ['ctrl+g'],
    keyContext: 'rename',
    sends: true,
    enabled(state) {
      const { overlay } = state.view;
      if (overlay?.kind !== 'rename') return true;
      const task = taskById(state, overlay.taskId);
      if (task !== null && takesOwnFields(task)) return 'The server proposes titles only for chats.';
      return !overlay.isProposing || 'The server is asked already.';
    },
    run({ store, operations }) {
      const { overlay } = store.getState().view;
      if (overlay?.kind !== 'rename') return;
      store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, isProposing: true } });
      operations.proposeTitle(overlay.taskId);
    },
  },
];
