import { bufferOf, EMPTY_BUFFER } from '../domain/edit/buffer.ts';
import { type Availability, MAX_TITLE, mayRename } from '../domain/rules.ts';
import { titleOf } from '../domain/task.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { selectedTask } from '../store/selectors.ts';
import { titleKey } from '../store/slices/drafts.ts';
import type { Overlay } from '../store/slices/screen.ts';
import type { State } from '../store/state.ts';
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

/** Sends the title. It stays a draft until the server accepts it. */
export function confirmTitle(
  { store, clock, operations }: CommandContext,
  { taskId, title }: RenameOverlay,
): void {
  const task = taskById(store.getState(), taskId);
  const text = title.trim();
  const problem = titleProblem(text);
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

function titleProblem(title: string): string | null {
  if (title === '') return 'The title is empty.';
  const length = Array.from(title).length;
  return length > MAX_TITLE ? `A title has at most ${MAX_TITLE} characters; this one has ${length}.` : null;
}

function mayRenameSelected(state: State): Availability {
  const task = selectedTask(state);
  return task === null ? 'No task is selected.' : mayRename(task);
}

export const renameCommands: readonly Command[] = [
  {
    id: 'rename',
    title: 'Rename the chat',
    keys: ['T'],
    keyContext: 'panes',
    enabled: mayRenameSelected,
    run: openTitle,
  },
  {
    id: 'propose-title',
    title: 'Let the server propose a title',
    hint: 'propose',
    keys: ['ctrl+g'],
    keyContext: 'rename',
    enabled: ({ view: { overlay } }) =>
      overlay?.kind !== 'rename' || !overlay.isProposing || 'The server is asked already.',
    run({ store, operations }) {
      const { overlay } = store.getState().view;
      if (overlay?.kind !== 'rename') return;
      store.dispatch({ type: 'overlay-opened', overlay: { ...overlay, isProposing: true } });
      operations.proposeTitle(overlay.taskId);
    },
  },
];
